//! The inverse of DEFLATE over pieces, by zlib-rs. Of gzip all members, as Node's Gunzip: zeros behind one are padding,
//! anything else is another one.

use flate2::{Decompress, FlushDecompress, Status};

use super::deflate::WINDOW_BITS;
use super::{Broken, MOST_OUTPUT, Progress, Wrapper};

const LEAST_ROOM: usize = 16 << 10;

/// A stream that is being decompressed.
pub struct Inflater {
    state: Decompress,
    wrapper: Wrapper,
    /// A member of a gzip file has ended, and it is not known whether another one follows.
    between: bool,
}

impl Inflater {
    #[must_use]
    pub fn new(wrapper: Wrapper) -> Self {
        Self {
            state: fresh(wrapper),
            wrapper,
            between: false,
        }
    }

    pub(super) fn run(
        &mut self,
        input: &[u8],
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(usize, Progress), Broken> {
        let mut read = 0;
        loop {
            if self.between {
                match input.get(read) {
                    None if last => return Ok((read, Progress::Ended)),
                    None => return Ok((read, Progress::Hungry)),
                    Some(0) => return Ok((read, Progress::Ended)),
                    Some(_) => {
                        self.state = fresh(self.wrapper);
                        self.between = false;
                    }
                }
            }
            let (taken, status) = self.step(&input[read..], out)?;
            read += taken;
            if status == Status::StreamEnd {
                if self.wrapper != Wrapper::Gzip {
                    return Ok((read, Progress::Ended));
                }
                self.between = true;
            } else if out.len() >= MOST_OUTPUT {
                return Ok((read, Progress::Full));
            } else if read == input.len() && out.len() < out.capacity() {
                return if last {
                    Err(Broken::Truncated)
                } else {
                    Ok((read, Progress::Hungry))
                };
            }
        }
    }

    fn step(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(usize, Status), Broken> {
        let most = MOST_OUTPUT.saturating_sub(out.len()).max(1);
        out.reserve((input.len() * 4).clamp(LEAST_ROOM, most.max(LEAST_ROOM)));
        let before = self.state.total_in();
        let done = self.state.decompress_vec(input, out, FlushDecompress::None);
        let taken = (self.state.total_in() - before) as usize;
        match done {
            Ok(status) => Ok((taken, status)),
            Err(error) if error.needs_dictionary().is_some() => {
                Err(Broken::Corrupt("Missing dictionary".into()))
            }
            Err(error) => Err(Broken::Corrupt(
                error.message().unwrap_or("invalid data").into(),
            )),
        }
    }
}

fn fresh(wrapper: Wrapper) -> Decompress {
    match wrapper {
        Wrapper::Gzip => Decompress::new_gzip(WINDOW_BITS),
        Wrapper::Zlib => Decompress::new(true),
        Wrapper::Raw => Decompress::new(false),
    }
}
