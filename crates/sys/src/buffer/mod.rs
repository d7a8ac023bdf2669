//! Vector kernels of the byte routines. Each has a scalar form for processors without the instructions, and a test
//! that compares both with a naive loop.

pub mod hex;
pub mod latin1;
pub mod mask;
pub mod strided;
pub mod transpose;
