use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use std::ptr;

use windows_sys::Win32::Foundation::{
    GENERIC_READ, GENERIC_WRITE, HANDLE, HANDLE_FLAG_INHERIT, INVALID_HANDLE_VALUE,
    SetHandleInformation,
};
use windows_sys::Win32::Storage::FileSystem::{
    CreateFileW, FILE_SHARE_READ, FILE_SHARE_WRITE, OPEN_EXISTING,
};
use windows_sys::Win32::System::Console::{
    GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
};
use windows_sys::Win32::System::Threading::{
    CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW, CREATE_SUSPENDED, CREATE_UNICODE_ENVIRONMENT,
    CreateProcessW, DeleteProcThreadAttributeList, EXTENDED_STARTUPINFO_PRESENT,
    InitializeProcThreadAttributeList, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, PROCESS_INFORMATION,
    ResumeThread, STARTF_USESTDHANDLES, STARTUPINFOEXW, TerminateProcess,
    UpdateProcThreadAttribute,
};

use super::command_line::{for_shell, is_batch, quoted};
use super::environment::Environment;
use super::handle::ProcessHandle;
use super::job::Job;
use super::search::candidates;
use super::{Child, Reader, Writer};
use crate::process::platform::Starter;
use crate::process::{Command, SpawnError, Stdio, Step};

// libuv's numbers, which lib/ names: there are no errno for these.
const ENOENT: i32 = 4058;
const EINVAL: i32 = 4071;
const ENOTSUP: i32 = 4049;

/// Starts children.
pub struct Spawner;

/// The child's standard handles and the parent's ends of its pipes.
#[derive(Default)]
struct Ends {
    /// All inheritable. What is not ours to close is a copy.
    child: [Option<OwnedHandle>; 3],
    stdin: Option<Writer>,
    outputs: [Option<Reader>; 2],
}

impl Starter for Spawner {
    type Child = Child;

    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    fn spawn(&mut self, command: &Command) -> Result<Child, SpawnError> {
        refuse(command)?;
        let environment = Environment::new(&command.env, |name| std::env::var(name).ok());
        let file = find(command, &environment)?;
        let argv: Vec<String> = command
            .argv
            .iter()
            .map(|argument| String::from_utf8_lossy(argument).into_owned())
            .collect();
        let shell = is_shell(&file);
        // A batch file is run by cmd.exe, which would take the arguments apart by rules that no quoting survives.
        if is_batch(&file) {
            return Err(SpawnError::new(Step::Exec, EINVAL));
        }
        let arguments = argv.iter().map(String::as_str);
        let line = if shell {
            for_shell(arguments)
        } else {
            quoted(arguments)
        };
        let ends = connect(&command.stdio).map_err(|error| SpawnError::of(Step::Pipe, &error))?;
        let process = start(command, &file, &line, &environment, &ends)?;
        let [stdout, stderr] = ends.outputs;
        Ok(Child {
            process,
            stdin: ends.stdin,
            stdout,
            stderr,
            control: None,
        })
    }
}

fn refuse(command: &Command) -> Result<(), SpawnError> {
    let attributes = !command.limits.is_empty()
        || command.umask.is_some()
        || command.nice.is_some()
        || command.warden.is_some();
    let step = match (attributes, command.uid.is_some() || command.gid.is_some()) {
        (true, _) => Step::Attributes,
        (_, true) => Step::Identity,
        _ => return Ok(()),
    };
    Err(SpawnError::new(step, ENOTSUP))
}

fn is_shell(file: &str) -> bool {
    file.to_ascii_lowercase().ends_with("cmd.exe")
}

fn find(command: &Command, environment: &Environment) -> Result<String, SpawnError> {
    let file = String::from_utf8_lossy(&command.file);
    let cwd = command.cwd.as_deref().map(String::from_utf8_lossy);
    let cwd = cwd.as_deref().unwrap_or_default();
    if !cwd.is_empty() && !Path::new(cwd).is_dir() {
        return Err(SpawnError::new(Step::Chdir, ENOENT));
    }
    let (path, pathext) = (environment.get("PATH"), environment.get("PATHEXT"));
    let mut paths = candidates(&file, cwd, path, pathext).into_iter();
    paths
        .find(|path| Path::new(path).is_file())
        .ok_or(SpawnError::new(Step::Exec, ENOENT))
}

fn connect(stdio: &[Stdio; 3]) -> io::Result<Ends> {
    let mut ends = Ends::default();
    for (at, kind) in stdio.iter().enumerate() {
        let handle = match *kind {
            Stdio::Null => null_device()?,
            Stdio::Inherit => ours(at)?,
            // The C runtime's descriptors are its own.
            Stdio::Descriptor(_) => return Err(io::ErrorKind::Unsupported.into()),
            Stdio::SameAs(other) => match ends.child.get(other).and_then(Option::as_ref) {
                Some(handle) => handle.try_clone()?,
                None => null_device()?,
            },
            Stdio::Pipe => {
                let (read, write) = io::pipe()?;
                if at == 0 {
                    ends.stdin = Some(write);
                    read.into()
                } else {
                    ends.outputs[at - 1] = Some(read);
                    write.into()
                }
            }
        };
        make_inheritable(&handle)?;
        ends.child[at] = Some(handle);
    }
    Ok(ends)
}

fn make_inheritable(handle: &OwnedHandle) -> io::Result<()> {
    let (flag, raw) = (HANDLE_FLAG_INHERIT, handle.as_raw_handle().cast());
    // SAFETY: a handle that we own.
    if unsafe { SetHandleInformation(raw, flag, flag) } == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn null_device() -> io::Result<OwnedHandle> {
    let name: Vec<u16> = "NUL\0".encode_utf16().collect();
    // SAFETY: a name that ends with NUL; no attributes, no template.
    let handle = unsafe {
        CreateFileW(
            name.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE,
            ptr::null(),
            OPEN_EXISTING,
            0,
            ptr::null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system just created this handle for us.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle.cast()) })
}

/// A copy of our own standard handle; the null device where we have none.
fn ours(at: usize) -> io::Result<OwnedHandle> {
    let which = [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE][at];
    // SAFETY: asks for a handle that stays the process's.
    let handle = unsafe { GetStdHandle(which) };
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return null_device();
    }
    // SAFETY: the process's own standard handle outlives this borrow.
    let handle = unsafe { std::os::windows::io::BorrowedHandle::borrow_raw(handle.cast()) };
    handle.try_clone_to_owned()
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// The list of the handles that a child inherits, and no others.
struct Inherited {
    memory: Vec<u64>,
}

impl Inherited {
    /// `handles` must outlive it.
    fn new(handles: &[HANDLE; 3]) -> io::Result<Self> {
        let mut bytes = 0;
        // SAFETY: a null list only asks for the size.
        unsafe { InitializeProcThreadAttributeList(ptr::null_mut(), 1, 0, &raw mut bytes) };
        let mut list = Self {
            memory: vec![0; bytes.div_ceil(size_of::<u64>())],
        };
        // SAFETY: memory of the size that was asked for.
        if unsafe { InitializeProcThreadAttributeList(list.pointer(), 1, 0, &raw mut bytes) } == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: an initialised list; the handles outlive it, says the caller.
        let updated = unsafe {
            UpdateProcThreadAttribute(
                list.pointer(),
                0,
                PROC_THREAD_ATTRIBUTE_HANDLE_LIST as usize,
                handles.as_ptr().cast(),
                size_of_val(handles),
                ptr::null_mut(),
                ptr::null(),
            )
        };
        if updated == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(list)
    }

    fn pointer(&mut self) -> *mut core::ffi::c_void {
        self.memory.as_mut_ptr().cast()
    }
}

impl Drop for Inherited {
    fn drop(&mut self) {
        // SAFETY: an initialised list.
        unsafe { DeleteProcThreadAttributeList(self.pointer()) };
    }
}

fn start(
    command: &Command,
    file: &str,
    line: &str,
    environment: &Environment,
    ends: &Ends,
) -> Result<ProcessHandle, SpawnError> {
    let exec = |error: io::Error| SpawnError::of(Step::Exec, &error);
    let handles = [0, 1, 2].map(|at| {
        let handle = ends.child[at].as_ref();
        handle.map_or(ptr::null_mut(), |handle| handle.as_raw_handle().cast())
    });
    let mut inherited = Inherited::new(&handles).map_err(exec)?;
    let mut startup = STARTUPINFOEXW::default();
    startup.StartupInfo.cb = u32::try_from(size_of_val(&startup)).unwrap_or(0);
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    [
        startup.StartupInfo.hStdInput,
        startup.StartupInfo.hStdOutput,
        startup.StartupInfo.hStdError,
    ] = handles;
    startup.lpAttributeList = inherited.pointer();
    let cwd = command
        .cwd
        .as_deref()
        .map(|cwd| wide(&String::from_utf8_lossy(cwd)));
    let (file, mut line, block) = (wide(file), wide(line), environment.block());
    let group = if command.session {
        CREATE_NEW_PROCESS_GROUP
    } else {
        0
    };
    // Suspended, so that it starts nothing before it is in its job.
    let flags = CREATE_SUSPENDED
        | CREATE_UNICODE_ENVIRONMENT
        | CREATE_NO_WINDOW
        | EXTENDED_STARTUPINFO_PRESENT
        | group;
    let mut started = PROCESS_INFORMATION::default();
    // SAFETY: strings that end with NUL and outlive the call, the line writable; a block that ends with two; a startup
    // structure with its list of handles, which are open and inheritable.
    let created = unsafe {
        CreateProcessW(
            file.as_ptr(),
            line.as_mut_ptr(),
            ptr::null(),
            ptr::null(),
            1,
            flags,
            block.as_ptr().cast(),
            cwd.as_ref().map_or(ptr::null(), |cwd| cwd.as_ptr()),
            (&raw const startup).cast(),
            &raw mut started,
        )
    };
    if created == 0 {
        return Err(exec(io::Error::last_os_error()));
    }
    // SAFETY: the system just created this handle for us.
    let process = unsafe { OwnedHandle::from_raw_handle(started.hProcess.cast()) };
    // SAFETY: as above.
    let thread = unsafe { OwnedHandle::from_raw_handle(started.hThread.cast()) };
    let job = hold(command, &process).map_err(|error| {
        // SAFETY: a handle that we own; nothing of it has run yet.
        unsafe { TerminateProcess(process.as_raw_handle().cast(), 1) };
        SpawnError::of(Step::Attributes, &error)
    })?;
    // SAFETY: a handle that we own.
    unsafe { ResumeThread(thread.as_raw_handle().cast()) };
    Ok(ProcessHandle::new(started.dwProcessId, process, job))
}

fn hold(command: &Command, process: &OwnedHandle) -> io::Result<Option<Job>> {
    if !command.session && !command.die_with_parent {
        return Ok(None);
    }
    let job = Job::new(command.die_with_parent)?;
    job.assign(process)?;
    Ok(Some(job))
}
