//! Digests that cost more than handing their input to another thread does.

use sha2::{Digest as _, Sha224, Sha256};

#[cfg(target_arch = "x86_64")]
use assembly::{Sha384, Sha512};
#[cfg(not(target_arch = "x86_64"))]
use sha2::{Sha384, Sha512};

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

    pub fn update(&mut self, input: &[u8]) {
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

    /// The digest of all that it was given; it begins anew.
    pub fn finish(&mut self) -> Vec<u8> {
        match self {
            Self::Blake3(state) => {
                let digest = state.finalize().as_bytes().to_vec();
                state.reset();
                digest
            }
            Self::Sha224(state) => state.finalize_reset().to_vec(),
            Self::Sha256(state) => state.finalize_reset().to_vec(),
            Self::Sha384(state) => state.finalize_reset().to_vec(),
            Self::Sha512(state) => state.finalize_reset().to_vec(),
        }
    }
}

/// SHA-512 and what is cut from it, by assembly: what the compiler makes of `sha2`'s AVX2 code takes longer. Of
/// SHA-256, for which processors have instructions, both take the same.
#[cfg(target_arch = "x86_64")]
mod assembly {
    use ring::digest::{Context, SHA384, SHA512};

    pub struct Sha384(Context);
    pub struct Sha512(Context);

    macro_rules! as_of_sha2 {
        ($name:ident, $algorithm:ident) => {
            impl $name {
                pub(super) fn new() -> Self {
                    Self(Context::new(&$algorithm))
                }

                pub(super) fn update(&mut self, input: &[u8]) {
                    self.0.update(input);
                }

                pub(super) fn finalize_reset(&mut self) -> Vec<u8> {
                    let context = std::mem::replace(&mut self.0, Context::new(&$algorithm));
                    context.finish().as_ref().to_vec()
                }
            }
        };
    }

    as_of_sha2!(Sha384, SHA384);
    as_of_sha2!(Sha512, SHA512);
}
