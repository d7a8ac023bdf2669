//! The executable: see the library beside it. Built by scripts/build.mjs with `--profile warden --features executable`.

#![no_std]
#![no_main]

use core::arch::global_asm;
use core::panic::PanicInfo;

use ironloop_warden::linux;

// The kernel starts here, with the arguments on the stack.
#[cfg(target_arch = "x86_64")]
global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "mov rdi, rsp",
    "and rsp, -16",
    "call {main}",
    "ud2",
    main = sym main,
);
#[cfg(target_arch = "aarch64")]
global_asm!(
    ".globl _start",
    "_start:",
    "mov x29, xzr",
    "mov x30, xzr",
    "mov x0, sp",
    "bl {main}",
    "brk #1",
    main = sym main,
);

extern "C" fn main(stack: *mut usize) -> ! {
    // SAFETY: the kernel's own layout: the count, the arguments, null, the environment, null; all writable and ours.
    unsafe { linux::run(stack) }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    linux::exit(linux::PANICKED)
}
