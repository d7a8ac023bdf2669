//! Digests that cost more than handing their input to another thread does.

use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use super::Progress;

/// A digest over pieces.
pub enum Digest {
    Blake3(Box<blake3::Hasher>),
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Digest {
    /// By its name in Node; None if it is not one of these.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "blake3" => Self::Blake3(Box::default()),
            "sha224" => Self::Sha224(Sha224::new()),
            "sha256" => Self::Sha256(Sha256::new()),
            "sha384" => Self::Sha384(Sha384::new()),
            "sha512" => Self::Sha512(Sha512::new()),
            _ => return None,
        })
    }

    pub(super) fn run(&mut self, input: &[u8], last: bool, out: &mut Vec<u8>) -> (usize, Progress) {
        self.update(input);
        if last {
            self.finish(out);
            return (input.len(), Progress::Ended);
        }
        (input.len(), Progress::Hungry)
    }

    fn update(&mut self, input: &[u8]) {
        match self {
            Self::Blake3(state) => {
                state.update(input);
            }
            Self::Sha224(state) => state.update(input),
            Self::Sha256(state) => state.update(input),
            Self::Sha384(state) => state.update(input),
            Self::Sha512(state) => state.update(input),
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        match self {
            Self::Blake3(state) => out.extend_from_slice(state.finalize().as_bytes()),
            Self::Sha224(state) => out.extend_from_slice(&state.finalize_reset()),
            Self::Sha256(state) => out.extend_from_slice(&state.finalize_reset()),
            Self::Sha384(state) => out.extend_from_slice(&state.finalize_reset()),
            Self::Sha512(state) => out.extend_from_slice(&state.finalize_reset()),
        }
    }
}
