//! Latin-1 to UTF-8.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

/// How long these Latin-1 characters are in UTF-8.
pub fn utf8_length(latin1: &[u8]) -> usize {
    let (blocks, tail) = latin1.as_chunks::<64>();
    let wide = |bytes: &[u8]| bytes.iter().map(|byte| byte >> 7).sum::<u8>() as usize;
    latin1.len() + blocks.iter().map(|block| wide(block)).sum::<usize>() + wide(tail)
}

/// Writes whole characters as far as `out` has room: how many were read, and how many bytes were written.
pub fn to_utf8(latin1: &[u8], out: &mut [u8]) -> (usize, usize) {
    let done = wide_to_utf8(latin1, out);
    finish(latin1, out, done)
}

/// As much as the processor's vector instructions do: how many characters were read, and how many bytes were written.
fn wide_to_utf8(latin1: &[u8], out: &mut [u8]) -> (usize, usize) {
    #[cfg(target_arch = "x86_64")]
    {
        if avx512::is_there() {
            // SAFETY: the processor has what the function is compiled for, as just asked.
            return unsafe { avx512::to_utf8(latin1, out) };
        }
        if avx2::is_there() {
            // SAFETY: the processor has what the function is compiled for, as just asked.
            return unsafe { avx2::to_utf8(latin1, out) };
        }
    }
    let _ = (latin1, out);
    (0, 0)
}

/// Goes on one by one.
fn finish(latin1: &[u8], out: &mut [u8], done: (usize, usize)) -> (usize, usize) {
    let (mut read, mut written) = done;
    for &byte in &latin1[read..] {
        if byte < 0x80 {
            let Some(slot) = out.get_mut(written) else {
                break;
            };
            *slot = byte;
            written += 1;
        } else {
            let Some(pair) = out.get_mut(written..written + 2) else {
                break;
            };
            pair.copy_from_slice(&[0xC0 | byte >> 6, 0x80 | byte & 0x3F]);
            written += 2;
        }
        read += 1;
    }
    (read, written)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Kernel = fn(&[u8], &mut [u8]) -> (usize, usize);

    /// All that this processor can do: one by one, too.
    fn kernels() -> Vec<Kernel> {
        #[cfg_attr(not(target_arch = "x86_64"), allow(unused_mut))]
        let mut kernels: Vec<Kernel> = vec![to_utf8, |latin1, out| finish(latin1, out, (0, 0))];
        #[cfg(target_arch = "x86_64")]
        {
            if avx2::is_there() {
                kernels.push(|latin1, out| {
                    // SAFETY: as was just asked.
                    let done = unsafe { avx2::to_utf8(latin1, out) };
                    finish(latin1, out, done)
                });
            }
            if avx512::is_there() {
                kernels.push(|latin1, out| {
                    // SAFETY: as was just asked.
                    let done = unsafe { avx512::to_utf8(latin1, out) };
                    finish(latin1, out, done)
                });
            }
        }
        kernels
    }

    fn naive(latin1: &[u8]) -> Vec<u8> {
        let text: String = latin1.iter().map(|byte| char::from(*byte)).collect();
        text.into_bytes()
    }

    #[test]
    fn writes_what_chars_do() {
        let mut state = 7_u64;
        for round in 0..3_000_usize {
            let latin1: Vec<u8> = (0..round % 200)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    let byte = (state >> 56) as u8;
                    if round % 3 == 0 { byte & 0x7F } else { byte }
                })
                .collect();
            let expected = naive(&latin1);
            assert_eq!(utf8_length(&latin1), expected.len());
            for kernel in kernels() {
                let mut out = vec![0; expected.len()];
                assert_eq!(kernel(&latin1, &mut out), (latin1.len(), expected.len()));
                assert_eq!(out, expected);
            }
        }
    }

    #[test]
    fn stops_at_a_whole_character_where_the_output_ends() {
        let latin1 = [b'a', 0xE9].repeat(40);
        let expected = naive(&latin1);
        for room in 0..=expected.len() {
            for kernel in kernels() {
                let mut out = vec![0; room];
                let (read, written) = kernel(&latin1, &mut out);
                assert_eq!(naive(&latin1[..read]), out[..written]);
                assert_eq!(written, room - usize::from(room % 3 == 2));
            }
        }
    }
}
