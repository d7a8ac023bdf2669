//! What connections need that JavaScript cannot do, or not as cheaply.

mod transfer;

pub use transfer::{Outlet, Progress, Step, Transfer};
