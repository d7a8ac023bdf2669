//! DEFLATE, zlib and gzip of whole buffers by libdeflate.

use std::ffi::c_int;
use std::ptr::NonNull;

use libdeflate_sys as c;

/// The container around the compressed bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Raw,
    Zlib,
    Gzip,
}

/// How decompressing one stream (of gzip: one member) ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inflated {
    /// So many bytes were read, so many written.
    Done { read: usize, written: usize },
    /// There are more bytes than the output has room for.
    Full,
    /// Not valid, or not all of it.
    Corrupt,
}

pub struct Decompressor(NonNull<c::libdeflate_decompressor>);

// SAFETY: libdeflate ties nothing to a thread; `&mut self` keeps calls apart.
unsafe impl Send for Decompressor {}

impl Decompressor {
    /// None when memory is short.
    #[must_use]
    pub fn new() -> Option<Self> {
        // SAFETY: no precondition.
        NonNull::new(unsafe { c::libdeflate_alloc_decompressor() }).map(Self)
    }

    /// Decompresses the stream at the start of `input`; what follows it is not looked at.
    pub fn inflate(&mut self, format: Format, input: &[u8], out: &mut [u8]) -> Inflated {
        let (mut read, mut written) = (0, 0);
        let function = match format {
            Format::Raw => c::libdeflate_deflate_decompress_ex,
            Format::Zlib => c::libdeflate_zlib_decompress_ex,
            Format::Gzip => c::libdeflate_gzip_decompress_ex,
        };
        // SAFETY: the decompressor is live and ours alone; both slices are passed with their own lengths, do not
        // overlap, and outlive the call; the out pointers are live locals.
        let result = unsafe {
            function(
                self.0.as_ptr(),
                input.as_ptr().cast(),
                input.len(),
                out.as_mut_ptr().cast(),
                out.len(),
                &mut read,
                &mut written,
            )
        };
        match result {
            c::libdeflate_result_LIBDEFLATE_SUCCESS => Inflated::Done { read, written },
            c::libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE => Inflated::Full,
            _ => Inflated::Corrupt,
        }
    }
}

impl Drop for Decompressor {
    fn drop(&mut self) {
        // SAFETY: allocated in `new`, freed once.
        unsafe { c::libdeflate_free_decompressor(self.0.as_ptr()) };
    }
}

pub struct Compressor {
    state: NonNull<c::libdeflate_compressor>,
    level: u8,
}

// SAFETY: as for `Decompressor`.
unsafe impl Send for Compressor {}

impl Compressor {
    pub const MOST: u8 = 12;

    /// None when memory is short or the level is above `MOST`.
    #[must_use]
    pub fn new(level: u8) -> Option<Self> {
        // SAFETY: any level may be asked for; one that does not exist gives null.
        let state = unsafe { c::libdeflate_alloc_compressor(c_int::from(level)) };
        NonNull::new(state).map(|state| Self { state, level })
    }

    #[must_use]
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The most bytes that so many can become.
    #[must_use]
    pub fn bound(&mut self, format: Format, length: usize) -> usize {
        let function = match format {
            Format::Raw => c::libdeflate_deflate_compress_bound,
            Format::Zlib => c::libdeflate_zlib_compress_bound,
            Format::Gzip => c::libdeflate_gzip_compress_bound,
        };
        // SAFETY: the compressor is live; any length may be asked for.
        unsafe { function(self.state.as_ptr(), length) }
    }

    /// Returns how many bytes were written; None if `out` has too little room.
    pub fn deflate(&mut self, format: Format, input: &[u8], out: &mut [u8]) -> Option<usize> {
        let function = match format {
            Format::Raw => c::libdeflate_deflate_compress,
            Format::Zlib => c::libdeflate_zlib_compress,
            Format::Gzip => c::libdeflate_gzip_compress,
        };
        // SAFETY: the compressor is live and ours alone; both slices are passed with their own lengths, do not overlap,
        // and outlive the call.
        let written = unsafe {
            function(
                self.state.as_ptr(),
                input.as_ptr().cast(),
                input.len(),
                out.as_mut_ptr().cast(),
                out.len(),
            )
        };
        (written > 0).then_some(written)
    }
}

impl Drop for Compressor {
    fn drop(&mut self) {
        // SAFETY: allocated in `new`, freed once.
        unsafe { c::libdeflate_free_compressor(self.state.as_ptr()) };
    }
}

#[cfg(test)]
#[allow(clippy::duplicate_mod, reason = "both ways pass the same tests")]
#[path = "deflate_tests.rs"]
mod tests;
