//! The set of subscribed patterns as a tree of tokens: finds the subscriptions that cover a topic by walking the
//! topic once, however many patterns there are. The same structure as the subject tree of NATS' server.

use std::collections::HashMap;

use super::topic::NATIVE_TOKEN;

#[derive(Default)]
struct Node {
    children: HashMap<Box<str>, Node>,
    /// The subtree behind `*`.
    one: Option<Box<Node>>,
    /// Patterns that end here.
    exact: Vec<u32>,
    /// Patterns that end here with `>`.
    rest: Vec<u32>,
}

impl Node {
    fn is_empty(&self) -> bool {
        self.children.is_empty()
            && self.one.is_none()
            && self.exact.is_empty()
            && self.rest.is_empty()
    }
}

/// See the module's text. Ids are the caller's; an id is inserted with one pattern.
#[derive(Default)]
pub struct Matcher {
    root: Node,
}

impl Matcher {
    /// Adds a valid pattern under `id`.
    pub fn insert(&mut self, pattern: &str, id: u32) {
        let mut node = &mut self.root;
        for token in pattern.split('.') {
            node = match token {
                ">" => {
                    node.rest.push(id);
                    return;
                }
                "*" => node.one.get_or_insert_default(),
                literal => node.children.entry(literal.into()).or_default(),
            };
        }
        node.exact.push(id);
    }

    /// Takes out what `insert` added, and the branches that nobody needs any more.
    pub fn remove(&mut self, pattern: &str, id: u32) {
        remove(&mut self.root, Some(pattern), id);
    }

    /// Calls `found` with the id of every pattern that covers a valid topic.
    pub fn find(&self, topic: &str, found: &mut impl FnMut(u32)) {
        let (first, rest) = split(topic);
        if first == NATIVE_TOKEN {
            if let Some(child) = self.root.children.get(first) {
                visit(child, rest, found);
            }
        } else {
            visit(&self.root, Some(topic), found);
        }
    }
}

fn split(tokens: &str) -> (&str, Option<&str>) {
    match tokens.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (tokens, None),
    }
}

fn visit(node: &Node, topic: Option<&str>, found: &mut impl FnMut(u32)) {
    let Some(topic) = topic else {
        node.exact.iter().copied().for_each(found);
        return;
    };
    node.rest.iter().copied().for_each(&mut *found);
    let (token, rest) = split(topic);
    if let Some(child) = node.children.get(token) {
        visit(child, rest, found);
    }
    if let Some(child) = &node.one {
        visit(child, rest, found);
    }
}

fn remove(node: &mut Node, pattern: Option<&str>, id: u32) {
    let Some(pattern) = pattern else {
        node.exact.retain(|one| *one != id);
        return;
    };
    match split(pattern) {
        (">", _) => node.rest.retain(|one| *one != id),
        ("*", rest) => {
            if let Some(child) = &mut node.one {
                remove(child, rest, id);
                if child.is_empty() {
                    node.one = None;
                }
            }
        }
        (token, rest) => {
            if let Some(child) = node.children.get_mut(token) {
                remove(child, rest, id);
                if child.is_empty() {
                    node.children.remove(token);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::topic::{is_pattern, is_topic, matches};
    use super::Matcher;

    fn tokens(words: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(words), 1..5).prop_map(|words| words.join("."))
    }

    proptest! {
        #[test]
        fn finds_what_the_plain_definition_finds(
            patterns in prop::collection::vec(tokens(&["a", "b", "c", "*", ">", "$ironloop"]), 0..20),
            topics in prop::collection::vec(tokens(&["a", "b", "c", "$ironloop"]), 1..10),
            removed in prop::collection::vec(any::<bool>(), 20),
        ) {
            let patterns: Vec<_> = patterns.into_iter().filter(|one| is_pattern(one)).collect();
            let mut matcher = Matcher::default();
            for (id, pattern) in (0..).zip(&patterns) {
                matcher.insert(pattern, id);
            }
            let kept = |id: u32| !removed[id as usize];
            for (id, pattern) in (0..).zip(&patterns).filter(|(id, _)| !kept(*id)) {
                matcher.remove(pattern, id);
            }
            for topic in topics.iter().filter(|one| is_topic(one)) {
                let mut found = Vec::new();
                matcher.find(topic, &mut |id| found.push(id));
                found.sort_unstable();
                let expected: Vec<_> = (0..)
                    .zip(&patterns)
                    .filter(|(id, pattern)| kept(*id) && matches(pattern, topic))
                    .map(|(id, _)| id)
                    .collect();
                prop_assert_eq!(found, expected);
            }
            for (id, pattern) in (0..).zip(&patterns) {
                matcher.remove(pattern, id);
            }
            prop_assert!(matcher.root.is_empty());
        }
    }
}
