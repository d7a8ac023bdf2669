//! Where no timer is a descriptor each write is read as it comes.

use std::convert::Infallible;
use std::io;
use std::task::{Context, Poll};

pub(super) struct Meter;

impl Meter {
    pub(super) fn new() -> Self {
        Self
    }

    pub(super) fn is_fast(&mut self, _count: usize) -> bool {
        false
    }
}

pub(super) struct Pace(Infallible);

impl Pace {
    pub(super) fn new() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn poll(&self, _context: &mut Context<'_>) -> Poll<()> {
        match self.0 {}
    }

    pub(super) fn next(&self, _count: usize, _context: &mut Context<'_>) -> bool {
        match self.0 {}
    }
}
