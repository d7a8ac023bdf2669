use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use proptest::prelude::*;

use super::news::{self, Value};
use super::testing::{Counting, Item, Message, Silent, arena, read};
use super::{
    Handle, INLINE_TOPIC, Options, Overflow, PublishError, Retention, TO_SUBSCRIPTION, matches,
    open,
};

fn options() -> Options {
    Options {
        max_queued_bytes: 1 << 20,
        overflow: Overflow::DropOldest,
        group: None,
        replay: 0,
    }
}

fn handle() -> Arc<Handle> {
    open(None, 0, Arc::new(Silent))
}

fn publish(bus: &Handle, messages: &[(&str, &[u8])]) {
    let numbered = messages
        .iter()
        .map(|(topic, payload)| (bus.topic(topic).expect("room"), *payload, *topic));
    let (data, end) = arena(numbered);
    bus.publish(&data, end, false).expect("a valid arena");
}

fn take(bus: &Handle) -> Vec<Item> {
    let mut out = vec![0; 1 << 16];
    let mut items = Vec::new();
    loop {
        let taken = bus.take(&mut out);
        if taken.written == 0 {
            return items;
        }
        items.extend(read(&out[..taken.written]));
    }
}

fn messages(bus: &Handle) -> Vec<Message> {
    let only_messages = |item| match item {
        Item::Message(message) => Some(message),
        _ => None,
    };
    take(bus).into_iter().filter_map(only_messages).collect()
}

fn payloads(bus: &Handle, subscription: u32) -> Vec<u8> {
    let own = |message: &Message| message.subscription == subscription;
    let all = messages(bus).into_iter().filter(own);
    all.flat_map(|message| message.payload).collect()
}

#[test]
fn a_message_reaches_all_who_cover_its_topic_and_nobody_else() {
    let name = Some("a_message_reaches_all");
    let (a, b) = (
        open(name, 1, Arc::new(Silent)),
        open(name, 2, Arc::new(Silent)),
    );
    let all = b.subscribe(">", options()).expect("open");
    let some = b.subscribe("order.*", options()).expect("open");
    publish(&a, &[("order.1", b"x"), ("other", b"y"), ("order.2", b"z")]);
    let got = messages(&b);
    let of = |id| -> Vec<_> {
        let own = got.iter().filter(|one| one.subscription == id);
        own.map(|one| (one.thread, one.sequence, one.text.as_str(), one.payload[0]))
            .collect()
    };
    assert_eq!(
        of(all),
        [
            (1, 0, "order.1", b'x'),
            (1, 1, "other", b'y'),
            (1, 2, "order.2", b'z')
        ]
    );
    assert_eq!(of(some), [(1, 0, "order.1", b'x'), (1, 2, "order.2", b'z')]);
    assert!(messages(&a).is_empty());
    assert!(b.has_subscribers("order.9") && a.has_subscribers("any"));
    b.unsubscribe(all);
    assert!(!a.has_subscribers("any"));
    assert_eq!(a.topic_name(got[0].topic).as_deref(), Some("order.1"));
}

#[test]
fn hubs_are_shared_by_name_and_end_with_their_last_handle() {
    let name = Some("hubs_are_shared");
    let a = open(name, 0, Arc::new(Silent));
    let _all = a.subscribe(">", options());
    assert!(open(name, 0, Arc::new(Silent)).has_subscribers("x"));
    assert!(!handle().has_subscribers("x"));
    drop(a);
    assert!(!open(name, 0, Arc::new(Silent)).has_subscribers("x"));
}

#[test]
fn a_closed_handle_neither_publishes_nor_receives() {
    let name = Some("a_closed_handle");
    let (a, b) = (
        open(name, 0, Arc::new(Silent)),
        open(name, 0, Arc::new(Silent)),
    );
    let _all = b.subscribe(">", options());
    publish(&a, &[("x", b"1")]);
    b.close();
    assert!(take(&b).is_empty() && !a.has_subscribers("x"));
    assert_eq!(b.subscribe(">", options()), None);
    assert_eq!(b.publish(&[], 0, false), Err(PublishError::Closed));
}

#[test]
fn arenas_that_lie_are_refused() {
    let bus = handle();
    let (data, end) = arena([(0, b"abc".as_slice(), "text")].into_iter());
    for (data, end) in [
        (&data[..end - 1], end - 1),
        (&data[..end], end),
        (&data[..], end + 1),
        (&data[..5], 5),
        (&data[..], data.len() + 1),
    ] {
        assert_eq!(bus.publish(data, end, false), Err(PublishError::Malformed));
    }
    assert_eq!(bus.publish(&data, end, true), Err(PublishError::Malformed));
}

#[test]
fn a_topic_without_a_number_travels_by_name() {
    let bus = handle();
    let id = bus.subscribe("far.*", options()).expect("open");
    let mut payload = vec![6, 0];
    payload.extend_from_slice(b"far.ofX");
    let (data, end) = arena([(INLINE_TOPIC, payload.as_slice(), "")].into_iter());
    bus.publish(&data, end, false).expect("a valid arena");
    assert_eq!(payloads(&bus, id), payload);
}

#[test]
fn a_run_for_one_subscription_reaches_it_alone_and_nobody_once_it_has_ended() {
    let bus = handle();
    let subscribe = |pattern| bus.subscribe(pattern, options()).expect("open");
    let (asker, other, all) = (subscribe("answers"), subscribe("answers"), subscribe(">"));
    let answer = |payload: &[u8]| {
        let (data, end) = arena([(TO_SUBSCRIPTION + asker, payload, "")].into_iter());
        bus.publish(&data, end, false).expect("a valid arena");
    };
    answer(b"one");
    // Also among runs for others.
    let topic = bus.topic("answers").expect("room");
    let mixed = [
        (TO_SUBSCRIPTION + asker, &b"two"[..], ""),
        (topic, b"!", ""),
    ];
    let (data, end) = arena(mixed.into_iter());
    bus.publish(&data, end, false).expect("a valid arena");
    let got = messages(&bus);
    let to = |id| got.iter().filter(move |one| one.subscription == id);
    assert_eq!(
        to(asker)
            .flat_map(|one| one.payload.clone())
            .collect::<Vec<_>>(),
        b"onetwo!"
    );
    assert_eq!((to(other).count(), to(all).count()), (1, 1));
    bus.unsubscribe(asker);
    answer(b"late");
    assert_eq!(messages(&bus), []);
}

#[test]
fn the_memory_given_decides_how_much_is_taken() {
    let bus = handle();
    let id = bus.subscribe(">", options()).expect("open");
    let large = vec![1; 1000];
    publish(&bus, &[("a", &[0]), ("a", &large), ("a", &[2])]);
    let mut out = [0; 100];
    let first = bus.take(&mut out);
    assert_eq!(read(&out[..first.written]).len(), 1);
    let none = bus.take(&mut out);
    assert_eq!((none.written, none.needed), (0, 24 + 4 + 24 + 8 + 1000));
    let mut exact = vec![0; none.needed];
    assert_eq!(bus.take(&mut exact).written, none.needed);
    assert_eq!(payloads(&bus, id), [2]);
}

#[test]
fn a_slow_subscriber_fills_only_its_own_queue() {
    let name = Some("a_slow_subscriber");
    let (slow, fast) = (
        open(name, 0, Arc::new(Silent)),
        open(name, 0, Arc::new(Silent)),
    );
    let bound = Options {
        max_queued_bytes: 100,
        ..options()
    };
    let slow_id = slow.subscribe(">", bound).expect("open");
    let fast_id = fast.subscribe(">", options()).expect("open");
    for at in 0..20 {
        publish(&fast, &[("t", &[at])]);
    }
    assert_eq!(fast.room(), 0);
    assert_eq!(payloads(&fast, fast_id), (0..20).collect::<Vec<u8>>());
    // 26 bytes each: four reach the bound of 100.
    assert_eq!(slow.subscription(slow_id), Some((4, 16)));
    let items = take(&slow);
    assert_eq!(items[0], Item::Dropped(slow_id, 16));
    assert_eq!(items.len(), 5);
    assert_eq!(fast.room(), 100);
}

#[test]
fn a_subscription_that_ends_on_overflow_gives_what_it_has_and_then_its_end() {
    let bus = handle();
    let ending = Options {
        max_queued_bytes: 1,
        overflow: Overflow::End,
        ..options()
    };
    let id = bus.subscribe(">", ending).expect("open");
    publish(&bus, &[("t", b"1"), ("t", b"2"), ("t", b"3")]);
    let items = take(&bus);
    assert_eq!(items[0], Item::Dropped(id, 2));
    assert!(matches!(&items[1], Item::Message(one) if one.payload == b"1"));
    assert_eq!(items[2..], [Item::Ended(id)]);
    assert!(take(&bus).is_empty());
}

#[test]
fn a_group_gives_each_message_to_one_member_and_inherits_from_those_who_leave() {
    let name = Some("a_group_gives");
    let buses: Vec<_> = (0..3).map(|_| open(name, 0, Arc::new(Silent))).collect();
    let group = || Options {
        group: Some("g".into()),
        ..options()
    };
    let ids: Vec<_> = buses
        .iter()
        .map(|bus| bus.subscribe("t.*", group()).expect("open"))
        .collect();
    let other = buses[0].subscribe("t.*", options()).expect("open");
    for at in 0..30 {
        publish(&buses[0], &[("t.1", &[at])]);
    }
    let queued = |at: usize| buses[at].subscription(ids[at]).map_or(0, |one| one.0);
    assert_eq!((0..3).map(queued).collect::<Vec<_>>(), [10, 10, 10]);
    buses[1].close();
    buses[2].unsubscribe(ids[2]);
    let got = messages(&buses[0]);
    let (mut own, each): (Vec<_>, Vec<_>) =
        got.into_iter().partition(|one| one.subscription == ids[0]);
    own.sort_by_key(|one| one.sequence);
    assert_eq!(own.len(), 30);
    assert!(own.iter().map(|one| u32::from(one.payload[0])).eq(0..30));
    assert!(each.iter().all(|one| one.subscription == other) && each.len() == 30);
}

#[test]
fn a_publisher_is_rung_when_a_full_queue_has_room_again() {
    let name = Some("a_publisher_is_rung");
    let bell = Arc::new(Counting::default());
    let publisher = open(name, 0, Arc::<Counting>::clone(&bell));
    let subscriber = open(name, 0, Arc::new(Silent));
    let small = Options {
        max_queued_bytes: 100,
        ..options()
    };
    let _id = subscriber.subscribe(">", small);
    assert!(publisher.is_drained());
    publish(&publisher, &[("t", &[0; 200])]);
    assert!(!publisher.is_drained() && !publisher.is_drained());
    assert_eq!(bell.0.load(Ordering::SeqCst), 0);
    take(&subscriber);
    assert_eq!(bell.0.load(Ordering::SeqCst), 1);
    assert!(publisher.is_drained());
}

#[test]
fn flushes_land_in_order_when_their_messages_have_left_all_queues() {
    let name = Some("flushes_land");
    let bell = Arc::new(Counting::default());
    let publisher = open(name, 0, Arc::<Counting>::clone(&bell));
    let receivers: Vec<_> = (0..2).map(|_| open(name, 0, Arc::new(Silent))).collect();
    for receiver in &receivers {
        let _id = receiver.subscribe(">", options());
    }
    publish(&publisher, &[("t", b"1")]);
    publisher.flush();
    publisher.flush();
    take(&receivers[0]);
    assert_eq!(publisher.landed(), 0);
    receivers[1].close();
    assert_eq!(publisher.landed(), 2);
    assert!(bell.0.load(Ordering::SeqCst) >= 2);
}

#[test]
fn short_messages_that_overtake_queues_keep_their_order_and_are_counted_until_they_are_taken() {
    let bus = handle();
    let id = bus.subscribe("a", options()).expect("open");
    let long = [7; 2000];
    publish(&bus, &[("a", &[1])]);
    publish(&bus, &[("a", &[2])]);
    assert_eq!(bus.subscription(id), Some((2, 0)));
    assert_eq!(bus.stats().queued, 2);
    publish(&bus, &[("a", &long)]); // too long for the short way
    publish(&bus, &[("a", &[3])]); // not past that one
    assert_eq!(bus.subscription(id), Some((4, 0)));
    let counted: usize = 3 * (8 + 1 + 1 + 16) + (8 + long.len() + 1 + 16);
    assert_eq!(bus.stats().queued_bytes, counted);
    let too_small = bus.take(&mut [0; 16]);
    assert!(too_small.needed > 16 && too_small.written == 0 && too_small.more);
    let got = messages(&bus);
    let firsts: Vec<u8> = got.iter().map(|message| message.payload[0]).collect();
    let numbers: Vec<u32> = got.iter().map(|message| message.sequence).collect();
    assert_eq!((firsts, numbers), (vec![1, 2, 7, 3], vec![0, 1, 2, 3]));
    assert_eq!(bus.stats().queued, 0);
    assert_eq!(bus.stats().delivered, 4);
}

#[test]
fn a_flush_waits_for_what_goes_the_short_way() {
    let bell = Arc::new(Counting::default());
    let publisher = open(Some("short-flush"), 1, Arc::<Counting>::clone(&bell));
    let receiver = open(Some("short-flush"), 2, Arc::new(Silent));
    receiver.subscribe("a", options()).expect("open");
    publish(&publisher, &[("a", &[1])]);
    publisher.flush();
    assert_eq!((publisher.landed(), bell.0.load(Ordering::SeqCst)), (0, 0));
    assert_eq!(messages(&receiver).len(), 1);
    assert_eq!((publisher.landed(), bell.0.load(Ordering::SeqCst)), (1, 1));
}

#[test]
fn publishers_on_many_threads_keep_their_order_while_subscribers_come_and_go() {
    const PUBLISHERS: u32 = 3;
    const MESSAGES: u32 = 3000;
    let name = Some("publishers_on_many_threads");
    let receiver = open(name, 99, Arc::new(Silent));
    let id = receiver.subscribe("p.*", options()).expect("open");
    let publishers: Vec<_> = (0..PUBLISHERS)
        .map(|at| {
            thread::spawn(move || {
                let bus = open(name, at, Arc::new(Silent));
                let topic = format!("p.{at}");
                for _ in 0..MESSAGES {
                    publish(&bus, &[(topic.as_str(), b"x")]);
                }
            })
        })
        .collect();
    let coming_and_going = thread::spawn(move || {
        for _ in 0..200 {
            let bus = open(name, 0, Arc::new(Silent));
            let _all = bus.subscribe(">", options());
            bus.take(&mut [0; 4096]);
            bus.close();
        }
    });
    let mut next = vec![0; PUBLISHERS as usize];
    while next.iter().sum::<u32>() < PUBLISHERS * MESSAGES {
        for one in messages(&receiver) {
            assert_eq!(one.subscription, id);
            assert_eq!(one.sequence, next[one.thread as usize]);
            next[one.thread as usize] += 1;
        }
    }
    for publisher in publishers {
        publisher.join().expect("a publisher");
    }
    coming_and_going.join().expect("the passer-by");
}

#[test]
fn what_is_remembered_comes_first_and_once_within_its_bounds() {
    let bus = handle();
    bus.retain(Retention {
        messages: 3,
        bytes: 1 << 20,
        topics: 2,
    });
    for at in 0..5 {
        publish(&bus, &[("a", &[at]), ("b", &[at + 10])]);
    }
    let past = |replay| Options {
        replay,
        ..options()
    };
    let all = bus.subscribe(">", past(9)).expect("open");
    let some = bus.subscribe("b", past(1)).expect("open");
    let none = bus.subscribe("b", options()).expect("open");
    publish(&bus, &[("b", &[15])]);
    let got = messages(&bus);
    let of = |id| -> Vec<_> {
        let own = got.iter().filter(|one| one.subscription == id);
        own.map(|one| one.payload[0]).collect()
    };
    assert_eq!(of(all), [2, 12, 3, 13, 4, 14, 15]);
    assert_eq!(of(some), [14, 15]);
    assert_eq!(of(none), [15]);
    publish(&bus, &[("c", &[20])]);
    let later = bus.subscribe(">", past(9)).expect("open");
    let topics: Vec<_> = messages(&bus)
        .into_iter()
        .filter(|one| one.subscription == later)
        .map(|one| one.text)
        .collect();
    // A third topic: the oldest messages went, until one of the others was forgotten.
    assert_eq!(topics, ["b", "b", "c"]);
}

#[test]
fn the_past_is_bounded_by_bytes() {
    let bus = handle();
    bus.retain(Retention {
        messages: 100,
        bytes: 1000,
        topics: 100,
    });
    for at in 0..50 {
        publish(&bus, &[("t", &[at; 100])]);
    }
    let past = Options {
        replay: 100,
        ..options()
    };
    let _id = bus.subscribe("t", past);
    // 125 bytes each.
    let firsts: Vec<_> = messages(&bus).iter().map(|one| one.payload[0]).collect();
    assert_eq!(firsts, (42..50).collect::<Vec<u8>>());
}

#[test]
fn a_subscription_gets_each_message_once_whether_past_or_new() {
    let name = Some("past_or_new");
    let publisher = open(name, 1, Arc::new(Silent));
    publisher.retain(Retention {
        messages: usize::MAX,
        bytes: usize::MAX,
        topics: 10,
    });
    let sending = thread::spawn(move || {
        for at in 0..2000_u32 {
            publish(&publisher, &[("t", &at.to_le_bytes())]);
        }
    });
    let receiver = open(name, 2, Arc::new(Silent));
    for _ in 0..50 {
        let past = Options {
            replay: usize::MAX,
            max_queued_bytes: usize::MAX,
            ..options()
        };
        let _id = receiver.subscribe("t", past);
        thread::yield_now();
    }
    sending.join().expect("the publisher");
    let mut next = std::collections::HashMap::new();
    for one in messages(&receiver) {
        let expected: &mut u32 = next.entry(one.subscription).or_default();
        assert_eq!(one.sequence, *expected);
        *expected += 1;
    }
    assert!(next.len() == 50 && next.values().all(|count| *count == 2000));
}

#[test]
fn native_news_reaches_those_who_name_its_first_token() {
    let name = Some("native_news");
    let bus = open(name, 3, Arc::new(Silent));
    let named = bus.subscribe("$ironloop.test.>", options()).expect("open");
    let _any = bus.subscribe(">", options());
    let value = || {
        Value::Object(vec![
            ("pid", Value::Number(7.0)),
            ("name", Value::Text("\u{e9}")),
        ])
    };
    let none = || -> Value<'_> { panic!("a value that nobody hears is not made") };
    assert_eq!(news::publish("$ironloop.test.exit", 3, value), 1);
    assert_eq!(news::publish("$ironloop.other", 3, none), 0);
    assert_eq!(news::publish("elsewhere", 3, none), 0);
    let mut out = [0; 1000];
    let taken = bus.take(&mut out);
    let text: Vec<u8> = b"\xe9pidname".to_vec();
    assert!(
        out[..taken.written]
            .windows(text.len())
            .any(|one| one == text)
    );
    assert_eq!(u32::from_le_bytes([out[4], out[5], out[6], out[7]]), named);
    assert_eq!(bus.stats().delivered, 1);
    assert!(news::are_heard());
    bus.close();
    assert_eq!(news::publish("$ironloop.test.exit", 3, none), 0);
}

#[test]
fn large_buffers_travel_beside_the_arena_and_have_one_owner_or_are_shared() {
    let bus = handle();
    let run = |ticket: u32, length: u32| {
        let words = [bus.topic("t").expect("room"), 4, 1, 0, 8, 0, length, ticket];
        words.map(u32::to_le_bytes).concat()
    };
    let first = bus.subscribe("t", options()).expect("open");
    let data = run(bus.attach(&[5; 100_000]), 100_000);
    bus.publish(&data, data.len(), false)
        .expect("a valid arena");
    assert!(bus.stats().queued_bytes > 100_000);
    let mut out = [0; 1000];
    assert!(bus.take(&mut out).written > 0);
    let block = bus.claim(0).expect("a sole owner");
    assert!(block.len() == 100_000 && block.iter().all(|byte| *byte == 5));
    assert!(bus.claim_shared(0).is_none());

    let second = bus.subscribe("t", options()).expect("open");
    let data = run(bus.attach(&[6; 50_000]), 50_000);
    bus.publish(&data, data.len(), false)
        .expect("a valid arena");
    let taken = bus.take(&mut out);
    let got = read(&out[..taken.written]);
    let tickets: Vec<_> = got
        .iter()
        .map(|item| match item {
            Item::Message(one) => (one.subscription, one.payload[0]),
            _ => panic!("a message"),
        })
        .collect();
    assert_eq!(tickets, [(first, 0), (second, 1)]);
    assert!(bus.claim(0).is_none(), "two will get it");
    assert!(
        bus.claim_shared(0)
            .is_some_and(|block| block.len() == 50_000)
    );
    assert!(bus.claim(1).is_some_and(|block| block.len() == 50_000));
}

proptest! {
    /// Whatever the patterns, batches and the memory given, each subscription gets what the plain definition says.
    #[test]
    fn delivers_what_the_plain_definition_says(
        patterns in prop::collection::vec(prop::sample::select(vec!["a", "a.b", "*", "a.*", "a.>", ">", "b.>"]), 1..5),
        batches in prop::collection::vec(
            prop::collection::vec((prop::sample::select(vec!["a", "b", "a.b", "a.c", "a.b.c", "b.x"]), 0..300_usize), 1..8),
            1..6,
        ),
        space in 400..2000_usize,
    ) {
        let bus = handle();
        let ids: Vec<_> = patterns.iter().map(|one| bus.subscribe(one, options()).expect("open")).collect();
        let mut expected = vec![Vec::new(); ids.len()];
        let mut sequence = 0_u32;
        for batch in &batches {
            let filled: Vec<_> = batch.iter().map(|(topic, size)| (*topic, vec![7; *size])).collect();
            let list: Vec<_> = filled.iter().map(|(topic, payload)| (*topic, payload.as_slice())).collect();
            publish(&bus, &list);
            for (topic, size) in batch {
                for (pattern, expected) in patterns.iter().zip(&mut expected) {
                    if matches(pattern, topic) {
                        expected.push((sequence, (*topic).to_owned(), *size));
                    }
                }
                sequence += 1;
            }
        }
        let mut got = vec![Vec::new(); ids.len()];
        let mut out = vec![0; space];
        loop {
            let taken = bus.take(&mut out);
            if taken.written == 0 {
                prop_assert_eq!(taken.needed, 0);
                break;
            }
            for item in read(&out[..taken.written]) {
                let Item::Message(one) = item else { panic!("a message") };
                let at = ids.iter().position(|id| *id == one.subscription).expect("a subscription");
                got[at].push((one.sequence, one.text, one.payload.len()));
            }
        }
        prop_assert_eq!(got, expected);
        prop_assert_eq!(bus.stats().queued_bytes, 0);
    }
}
