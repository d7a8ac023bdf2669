//! Topics and patterns: tokens between dots, `*` for one token, a trailing `>` for one or more. The rules are NATS'.

/// The first token of topics that only native code publishes on; wildcards in first place do not reach it.
pub const NATIVE_TOKEN: &str = "$ironloop";

/// The longest topic or pattern, in bytes: topics are names, not data.
pub const MAX_TOPIC_BYTES: usize = 4096;

const ONE: &str = "*";
const REST: &str = ">";

/// Whether `topic` can be published on: tokens without whitespace, none of them empty or a wildcard.
#[must_use]
pub fn is_topic(topic: &str) -> bool {
    are_tokens(topic) && topic.split('.').all(|token| token != ONE && token != REST)
}

/// Whether `pattern` can be subscribed to: as a topic, with wildcards, `>` only at the end.
#[must_use]
pub fn is_pattern(pattern: &str) -> bool {
    let rest_before_end = |tokens: &str| tokens.split('.').any(|token| token == REST);
    are_tokens(pattern)
        && !pattern
            .rsplit_once('.')
            .is_some_and(|(head, _)| rest_before_end(head))
}

fn are_tokens(text: &str) -> bool {
    text.len() <= MAX_TOPIC_BYTES
        && text.split('.').all(|token| !token.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Whether a valid pattern covers a valid topic. The plain definition; `Matcher` finds the same by a tree.
#[must_use]
pub fn matches(pattern: &str, topic: &str) -> bool {
    let mut tokens = topic.split('.');
    for (place, wanted) in pattern.split('.').enumerate() {
        let Some(token) = tokens.next() else {
            return false;
        };
        let hidden = place == 0 && token == NATIVE_TOKEN;
        match wanted {
            REST => return !hidden,
            ONE if hidden => return false,
            ONE => {}
            literal if literal == token => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{is_pattern, is_topic, matches};

    #[test]
    fn topics_are_tokens_without_wildcards() {
        for good in [
            "a",
            "a.b",
            "order.42.paid",
            "$ironloop.child",
            "a*b.c>",
            "é.ü",
        ] {
            assert!(is_topic(good), "{good}");
        }
        let long = "x".repeat(5000);
        for bad in [
            "", ".", "a.", ".a", "a..b", "a.*", ">", "a b", "a.\n", "a\u{0}", &long,
        ] {
            assert!(!is_topic(bad), "{bad}");
        }
    }

    #[test]
    fn patterns_take_the_rest_only_at_the_end() {
        for good in ["*", ">", "a.*.b", "a.>", "*.>"] {
            assert!(is_pattern(good), "{good}");
        }
        for bad in [">.a", "a.>.b", "", "a..>", "a. >"] {
            assert!(!is_pattern(bad), "{bad}");
        }
    }

    #[test]
    fn a_pattern_covers_what_nats_says() {
        for (pattern, topic, covered) in [
            ("a.b", "a.b", true),
            ("a.*", "a.b", true),
            ("a.*", "a", false),
            ("a.*", "a.b.c", false),
            ("a.>", "a.b.c", true),
            ("a.>", "a", false),
            (">", "a", true),
            ("*.b", "a.b", true),
            (">", "$ironloop.child", false),
            ("*.child", "$ironloop.child", false),
            ("$ironloop.>", "$ironloop.child", true),
            ("a.>", "a.$ironloop", true),
        ] {
            assert_eq!(matches(pattern, topic), covered, "{pattern} {topic}");
        }
    }
}
