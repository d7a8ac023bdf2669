//! XOR with a repeated key of four bytes, as WebSocket frames are masked: compiled once for AVX2 and once for what every
//! processor has, since the loop itself is what compilers make vectors of.

/// `out[i] = source[i] ^ key[i % 4]` for as many bytes as both have.
pub fn mask(source: &[u8], key: [u8; 4], out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, as just asked.
        return unsafe { wide::mask(source, key, out) };
    }
    mask_by_words(source, key, out);
}

/// `bytes[i] ^= key[i % 4]`.
pub fn mask_in_place(bytes: &mut [u8], key: [u8; 4]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, as just asked.
        return unsafe { wide::mask_in_place(bytes, key) };
    }
    mask_in_place_by_words(bytes, key);
}

/// What the compiler turns into a few vector instructions.
const STEP: usize = 128;

fn repeated(key: [u8; 4]) -> [u8; STEP] {
    std::array::from_fn(|at| key[at % 4])
}

#[inline(always)]
fn mask_by_words(source: &[u8], key: [u8; 4], out: &mut [u8]) {
    let keys = repeated(key);
    let (blocks, tail) = source.as_chunks::<STEP>();
    let (slots, rest) = out.as_chunks_mut::<STEP>();
    let mut done = 0;
    for (block, slot) in blocks.iter().zip(&mut *slots) {
        for at in 0..STEP {
            slot[at] = block[at] ^ keys[at];
        }
        done += 1;
    }
    let tail = if done == blocks.len() {
        tail
    } else {
        &source[done * STEP..]
    };
    let rest = if done == slots.len() {
        rest
    } else {
        &mut out[done * STEP..]
    };
    for (at, (byte, slot)) in tail.iter().zip(rest).enumerate() {
        *slot = byte ^ key[at % 4];
    }
}

#[inline(always)]
fn mask_in_place_by_words(bytes: &mut [u8], key: [u8; 4]) {
    let keys = repeated(key);
    let (blocks, tail) = bytes.as_chunks_mut::<STEP>();
    for block in blocks {
        for at in 0..STEP {
            block[at] ^= keys[at];
        }
    }
    for (at, byte) in tail.iter_mut().enumerate() {
        *byte ^= key[at % 4];
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    #[target_feature(enable = "avx2")]
    pub(super) fn mask(source: &[u8], key: [u8; 4], out: &mut [u8]) {
        super::mask_by_words(source, key, out);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn mask_in_place(bytes: &mut [u8], key: [u8; 4]) {
        super::mask_in_place_by_words(bytes, key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_does_what_a_loop_does() {
        let key = [1, 0x80, 0xFF, 7];
        for length in (0..300).chain([1000, 4096, 5001]) {
            let source: Vec<u8> = (0..length).map(|at| (at * 7 % 251) as u8).collect();
            let expected: Vec<u8> = (source.iter().enumerate())
                .map(|(at, byte)| byte ^ key[at % 4])
                .collect();
            let mut out = vec![0; length];
            mask(&source, key, &mut out);
            assert_eq!(out, expected);
            out.fill(0);
            mask_by_words(&source, key, &mut out);
            assert_eq!(out, expected);
            let mut bytes = source.clone();
            mask_in_place(&mut bytes, key);
            assert_eq!(bytes, expected);
            mask_in_place_by_words(&mut bytes, key);
            assert_eq!(bytes, source);
        }
    }

    #[test]
    fn the_shorter_side_ends_it() {
        let mut out = [9; 200];
        mask(&[0; 131], [1; 4], &mut out);
        assert_eq!(out[130..], [&[1][..], &[9; 69]].concat());
        let mut out = [9; 3];
        mask(&[0; 500], [1; 4], &mut out);
        assert_eq!(out, [1; 3]);
    }
}
