//! How common a byte is in what people search through: source, prose, logs. A rough guess in classes, because only the
//! order matters: it decides which part of a pattern is looked for first.

/// The share of the byte in ordinary text, about.
pub(crate) fn commonness(byte: u8) -> f32 {
    match byte {
        b' ' => 0.15,
        b'e' | b't' => 0.08,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 0.05,
        b'c' | b'd' | b'f' | b'h' | b'l' | b'm' | b'p' | b'u' => 0.025,
        b'\n' | b'\t' | b'(' | b')' | b',' | b'.' | b';' | b'"' | b'\'' => 0.02,
        0 | b'-' | b'/' | b'0'..=b'9' | b':' | b'=' | b'_' | b'*' => 0.01,
        b'b' | b'g' | b'k' | b'v' | b'w' | b'x' | b'y' => 0.01,
        b'{' | b'}' | b'[' | b']' | b'<' | b'>' | b'\\' => 0.007,
        b'A'..=b'Z' => 0.004,
        b'j' | b'q' | b'z' => 0.002,
        _ => 0.001,
    }
}
