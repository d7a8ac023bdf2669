//! Hashes of one piece of bytes. Each is a well-kept crate that picks the processor's instructions at run time; this
//! file is the one place that names them.

use sha2::{Digest, Sha256};
use twox_hash::{XxHash3_64, XxHash3_128, XxHash64};

/// XXH3, 64 bits.
pub fn xxh3_64(bytes: &[u8], seed: u64) -> u64 {
    XxHash3_64::oneshot_with_seed(seed, bytes)
}

/// XXH3, 128 bits.
pub fn xxh3_128(bytes: &[u8], seed: u64) -> u128 {
    XxHash3_128::oneshot_with_seed(seed, bytes)
}

/// XXH64, the older 64-bit hash.
pub fn xxh64(bytes: &[u8], seed: u64) -> u64 {
    XxHash64::oneshot(seed, bytes)
}

/// BLAKE3, filling `out` with as many bytes of its extendable output as it is long.
pub fn blake3(bytes: &[u8], out: &mut [u8]) {
    let mut hasher = blake3::Hasher::new();
    hasher.update(bytes);
    hasher.finalize_xof().fill(out);
}

/// SHA-256, by the processor's own instructions where it has them.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// CRC-32 of zlib, gzip and PNG, continued from `start` (0 for a new one).
pub fn crc32(bytes: &[u8], start: u32) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(start);
    hasher.update(bytes);
    hasher.finalize()
}

/// CRC-32C (Castagnoli) of iSCSI, ext4 and Snappy framing, continued from `start` (0 for a new one).
pub fn crc32c(bytes: &[u8], start: u32) -> u32 {
    use crc_fast::CrcAlgorithm::Crc32Iscsi;
    if start == 0 {
        return crc_fast::checksum(Crc32Iscsi, bytes) as u32;
    }
    // A checksum is its state inverted.
    let mut digest = crc_fast::Digest::new_with_init_state(Crc32Iscsi, u64::from(!start));
    digest.update(bytes);
    digest.finalize() as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The textbook form: bit by bit, reflected.
    fn naive_crc(bytes: &[u8], start: u32, polynomial: u32) -> u32 {
        let mut crc = !start;
        for byte in bytes {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ (polynomial & (crc & 1).wrapping_neg());
            }
        }
        !crc
    }

    #[test]
    fn gives_the_published_values() {
        assert_eq!(crc32(b"123456789", 0), 0xCBF4_3926);
        assert_eq!(crc32c(b"123456789", 0), 0xE306_9283);
        assert_eq!(xxh64(b"", 0), 0xEF46_DB37_51D8_E999);
        assert_eq!(xxh3_64(b"", 0), 0x2D06_8005_38D3_94C2);
        assert_eq!(xxh3_128(b"", 0), 0x99AA_06D3_0147_98D8_6001_C324_468D_497F);
        assert_eq!(sha256(b"")[..4], [0xE3, 0xB0, 0xC4, 0x42]);
        let mut digest = [0; 32];
        blake3(b"", &mut digest);
        assert_eq!(digest[..4], [0xAF, 0x13, 0x49, 0xB9]);
    }

    proptest! {
        #[test]
        fn checksums_equal_the_textbook(
            bytes in prop::collection::vec(any::<u8>(), 0..700),
            start in any::<u32>(),
        ) {
            prop_assert_eq!(crc32(&bytes, start), naive_crc(&bytes, start, 0xEDB8_8320));
            prop_assert_eq!(crc32c(&bytes, start), naive_crc(&bytes, start, 0x82F6_3B78));
        }

        #[test]
        fn checksums_continue(bytes in prop::collection::vec(any::<u8>(), 0..700), cut in 0..700_usize) {
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            prop_assert_eq!(crc32(tail, crc32(head, 0)), crc32(&bytes, 0));
            prop_assert_eq!(crc32c(tail, crc32c(head, 0)), crc32c(&bytes, 0));
        }
    }
}
