//! Whatever the pieces, the answer is that of the whole.

use proptest::prelude::*;
use sha2::Digest as _;

use super::{Broken, Deflater, Digest, Engine, Inflater, MOST_OUTPUT, Progress, Work, Wrapper};

/// Runs the work over pieces of `size` bytes, draining it after each.
fn fed(mut work: Work, bytes: &[u8], size: usize) -> Result<Vec<u8>, Broken> {
    let mut out = Vec::new();
    let mut pieces = bytes.chunks(size.max(1)).peekable();
    loop {
        let mut next = pieces.next().unwrap_or_default().to_vec();
        let last = pieces.peek().is_none();
        loop {
            let mut part = Vec::new();
            let progress = work.run(&mut next, last, &mut part)?;
            assert!(part.len() <= MOST_OUTPUT + (1 << 20));
            out.append(&mut part);
            match progress {
                Progress::Full => {}
                Progress::Hungry => break,
                Progress::Ended => return Ok(out),
            }
        }
        assert!(!last, "the last piece ends the work");
    }
}

fn wrappers() -> impl Strategy<Value = Wrapper> {
    prop_oneof![Just(Wrapper::Raw), Just(Wrapper::Zlib), Just(Wrapper::Gzip)]
}

proptest! {
    #[test]
    fn what_was_compressed_comes_back(
        bytes in prop::collection::vec(0..20_u8, 0..5000),
        wrapper in wrappers(),
        level in 0..10_u32,
        sizes in (1..3000_usize, 1..300_usize),
    ) {
        let packed = fed(Work::new(Engine::Deflate(Deflater::new(wrapper, level))), &bytes, sizes.0);
        let packed = packed.expect("compressing has no failure");
        let inflate = || Work::new(Engine::Inflate(Box::new(Inflater::new(wrapper))));
        prop_assert_eq!(fed(inflate(), &packed, sizes.1), Ok(bytes));
        prop_assert_eq!(fed(inflate(), &packed[..packed.len() - 1], sizes.1), Err(Broken::Truncated));
    }

    #[test]
    fn noise_is_refused_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..500), wrapper in wrappers()) {
        let _ = fed(Work::new(Engine::Inflate(Box::new(Inflater::new(wrapper)))), &bytes, 7);
    }

    #[test]
    fn digests_of_pieces(bytes in prop::collection::vec(any::<u8>(), 0..3000), size in 1..500_usize) {
        let of = |name| {
            let mut digest = Digest::named(name).expect("known");
            digest.update(b"what it was given before");
            digest.finish();
            bytes.chunks(size).for_each(|piece| digest.update(piece));
            digest.finish()
        };
        prop_assert_eq!(of("sha224"), sha2::Sha224::digest(&bytes).to_vec());
        prop_assert_eq!(of("sha256"), sha2::Sha256::digest(&bytes).to_vec());
        prop_assert_eq!(of("sha384"), sha2::Sha384::digest(&bytes).to_vec());
        prop_assert_eq!(of("sha512"), sha2::Sha512::digest(&bytes).to_vec());
        prop_assert_eq!(of("blake3"), blake3::hash(&bytes).as_bytes().to_vec());
    }
}

#[test]
fn members_of_gzip_follow_each_other_and_zeros_are_padding() {
    let pack = |bytes: &[u8]| {
        fed(
            Work::new(Engine::Deflate(Deflater::new(Wrapper::Gzip, 6))),
            bytes,
            9,
        )
    };
    let mut packed = pack(b"one").expect("packed");
    packed.extend(pack(b"two").expect("packed"));
    let unpack = |bytes: &[u8], size| {
        fed(
            Work::new(Engine::Inflate(Box::new(Inflater::new(Wrapper::Gzip)))),
            bytes,
            size,
        )
    };
    for size in [1, 5, 1000] {
        assert_eq!(unpack(&packed, size), Ok(b"onetwo".to_vec()));
        let padded = [&packed[..], &[0, 0, 7]].concat();
        assert_eq!(unpack(&padded, size), Ok(b"onetwo".to_vec()));
        let garbage = [&packed[..], b"garbage"].concat();
        assert!(matches!(unpack(&garbage, size), Err(Broken::Corrupt(_))));
    }
}

#[test]
fn a_small_input_that_expands_is_handed_over_in_parts() {
    let zeros = vec![0; 20 * MOST_OUTPUT];
    let packed = fed(
        Work::new(Engine::Deflate(Deflater::new(Wrapper::Zlib, 9))),
        &zeros,
        1 << 20,
    )
    .expect("packed");
    let mut work = Work::new(Engine::Inflate(Box::new(Inflater::new(Wrapper::Zlib))));
    let mut next = packed;
    let mut total = 0;
    let mut runs = 0;
    loop {
        let mut part = Vec::new();
        let progress = work.run(&mut next, true, &mut part);
        total += part.len();
        runs += 1;
        assert!(part.len() <= 2 * MOST_OUTPUT);
        if progress == Ok(Progress::Ended) {
            break;
        }
        assert_eq!(progress, Ok(Progress::Full));
    }
    assert_eq!(total, zeros.len());
    assert!(runs >= 10);
}
