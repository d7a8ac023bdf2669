//! One Bus: its topics, its subscriptions, and who gets what.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use super::batch::{Batch, INLINE_TOPIC, PORTED, Run, Single, TO_SUBSCRIPTION};
use super::flight::Flight;
use super::handle::Handle;
use super::history::{History, Retention};
use super::matcher::Matcher;
use super::news;
use super::queue::{Chunk, Picks};
use super::receiver::Receiver;
use super::subscription::{Options, Subscription};
use super::topic::NATIVE_TOKEN;
use crate::lock::lock;
use crate::numbered::Numbered;

/// Topics that get a number; those that come later travel by name. A table, so that a flood of names has an end.
const MAX_TOPICS: usize = 65_536;

/// Where so much room is left, nobody asks how much it is.
const AMPLE: usize = 1 << 20;

/// A chunk that needs less than this part of its batch's memory gets a batch of its own.
const SPARSE_PART: usize = 8;

struct Topic {
    name: Arc<str>,
    /// Who matches, and the epoch of the subscriptions in which that was found.
    matched: Mutex<(u64, Arc<Matched>)>,
}

/// Who got what a publisher published last, for as long as the subscriptions stay as they are: so that one message after
/// the other on one topic touches nothing that all threads write to.
#[derive(Default)]
pub(super) struct LastRoute {
    topic: u32,
    epoch: u64,
    matched: Arc<Matched>,
}

impl LastRoute {
    /// Sees to it that it is of this topic and epoch.
    fn follow(&mut self, topic: u32, epoch: u64, find: impl FnOnce() -> Option<Arc<Matched>>) {
        if self.topic != topic || self.epoch != epoch || topic == INLINE_TOPIC {
            *self = Self {
                topic,
                epoch,
                matched: find().unwrap_or_default(),
            };
        }
    }
}

/// The subscriptions that cover one topic.
#[derive(Default)]
struct Matched {
    each: Vec<Arc<Subscription>>,
    groups: Vec<(String, Vec<Arc<Subscription>>)>,
}

#[derive(Default)]
struct Topics {
    ids: HashMap<Arc<str>, u32>,
    list: Vec<Arc<Topic>>,
}

#[derive(Default)]
struct Subscriptions {
    matcher: Matcher,
    by_id: Numbered<Arc<Subscription>>,
    last_id: u32,
}

pub(super) struct Hub {
    topics: RwLock<Topics>,
    subscriptions: RwLock<Subscriptions>,
    /// How many there are, to be looked at without their lock.
    subscribed: AtomicUsize,
    /// How many of them are more than half full, and the smallest bound of all since there were none.
    crowded: Arc<AtomicUsize>,
    smallest_bound: AtomicUsize,
    /// Moves on with every change of the subscriptions, under their lock. Starts above what `matched` starts with.
    epoch: AtomicU64,
    /// Which member of a group is looked at first.
    turn: AtomicUsize,
    /// Handles that wait for room.
    waiting: Mutex<Vec<Weak<Handle>>>,
    /// Whether there is a history; set once, before the first message that it holds.
    retains: AtomicBool,
    history: Mutex<Option<History>>,
    native_sequence: AtomicU32,
}

/// What a batch gives to each subscription, while it is being routed.
#[derive(Default)]
struct Shares {
    list: Vec<Share>,
    places: Numbered<usize>,
}

struct Share {
    subscription: Arc<Subscription>,
    picks: Vec<u32>,
    cost: usize,
}

impl Shares {
    fn add(&mut self, subscription: &Arc<Subscription>, run: Range<u32>, cost: usize) {
        let place = *self.places.entry(subscription.id).or_insert_with(|| {
            self.list.push(Share {
                subscription: Arc::clone(subscription),
                picks: Vec::new(),
                cost: 0,
            });
            self.list.len() - 1
        });
        let share = &mut self.list[place];
        share.picks.extend(run);
        share.cost += cost;
    }

    fn assigned(&self, subscription: &Subscription) -> usize {
        self.places
            .get(&subscription.id)
            .map_or(0, |place| self.list[*place].cost)
    }
}

impl Hub {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            topics: RwLock::default(),
            subscriptions: RwLock::default(),
            subscribed: AtomicUsize::new(0),
            crowded: Arc::default(),
            smallest_bound: AtomicUsize::new(usize::MAX),
            epoch: AtomicU64::new(1),
            turn: AtomicUsize::new(0),
            waiting: Mutex::new(Vec::new()),
            retains: AtomicBool::new(false),
            history: Mutex::new(None),
            native_sequence: AtomicU32::new(0),
        })
    }

    /// The number of a topic, given now if it is new. None if the table is full.
    pub(super) fn topic(&self, name: &str) -> Option<u32> {
        if let Some(id) = self.read_topics(|topics| topics.ids.get(name).copied()) {
            return Some(id);
        }
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = topics.ids.get(name) {
            return Some(*id);
        }
        if topics.list.len() >= MAX_TOPICS {
            return None;
        }
        let id = u32::try_from(topics.list.len()).ok()?;
        let name: Arc<str> = name.into();
        topics.ids.insert(Arc::clone(&name), id);
        topics.list.push(Arc::new(Topic {
            name,
            matched: Mutex::default(),
        }));
        Some(id)
    }

    fn read_topics<T>(&self, read: impl FnOnce(&Topics) -> T) -> T {
        read(&self.topics.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn read_subscriptions<T>(&self, read: impl FnOnce(&Subscriptions) -> T) -> T {
        let subscriptions = self.subscriptions.read();
        read(&subscriptions.unwrap_or_else(PoisonError::into_inner))
    }

    fn change_subscriptions<T>(&self, change: impl FnOnce(&mut Subscriptions) -> T) -> T {
        let subscriptions = self.subscriptions.write();
        let mut subscriptions = subscriptions.unwrap_or_else(PoisonError::into_inner);
        self.epoch.fetch_add(1, Ordering::Relaxed);
        let changed = change(&mut subscriptions);
        let count = subscriptions.by_id.len();
        self.subscribed.store(count, Ordering::Release);
        if count == 0 {
            self.smallest_bound.store(usize::MAX, Ordering::Relaxed);
        }
        changed
    }

    /// Who covers a topic now, and the epoch of that.
    fn find(&self, topic: &str) -> (u64, Arc<Matched>) {
        self.read_subscriptions(|subscriptions| {
            let mut matched = Matched::default();
            subscriptions.matcher.find(topic, &mut |id| {
                if let Some(subscription) = subscriptions.by_id.get(&id) {
                    matched.add(subscription);
                }
            });
            // Under the read lock, so no change is under way.
            (self.epoch.load(Ordering::Relaxed), Arc::new(matched))
        })
    }

    fn matched(&self, topic: &Topic) -> Arc<Matched> {
        let mut matched = lock(&topic.matched);
        // A change that is under way counts as not made yet: its subscriber cannot expect this message.
        if matched.0 != self.epoch.load(Ordering::Relaxed) {
            *matched = self.find(&topic.name);
        }
        Arc::clone(&matched.1)
    }

    fn matched_run(&self, batch: &Batch, run: &Run) -> Option<Arc<Matched>> {
        if run.topic == INLINE_TOPIC {
            return Some(self.find(batch.inline_topic(run)?).1);
        }
        self.matched_number(run.topic)
    }

    /// By what stands in a run for a topic that has a number.
    fn matched_number(&self, number: u32) -> Option<Arc<Matched>> {
        if number >= TO_SUBSCRIPTION {
            return self.only(number - TO_SUBSCRIPTION);
        }
        let topic = self.read_topics(|topics| topics.list.get(number as usize).cloned());
        Some(self.matched(&*topic?))
    }

    /// One subscription, named by its number.
    fn only(&self, id: u32) -> Option<Arc<Matched>> {
        let subscription =
            self.read_subscriptions(|subscriptions| subscriptions.by_id.get(&id).cloned());
        Some(Arc::new(Matched {
            each: vec![subscription?],
            groups: Vec::new(),
        }))
    }

    /// Begins to remember; the first who asks decides how much.
    pub(super) fn retain(&self, retention: Retention) {
        lock(&self.history).get_or_insert_with(|| History::new(retention));
        self.retains.store(true, Ordering::Release);
    }

    pub(super) fn retains(&self) -> bool {
        self.retains.load(Ordering::Acquire)
    }

    pub(super) fn next_native(&self) -> u32 {
        self.native_sequence.fetch_add(1, Ordering::Relaxed)
    }

    /// Gives a message to the only subscription that matches, the short way (prompt.rs), numbered by `sequence`. False where
    /// it has to go by a batch.
    pub(super) fn hasten(
        &self,
        run: &Single<'_>,
        last: &Mutex<LastRoute>,
        sequence: &AtomicU32,
    ) -> bool {
        if self.retains() {
            return false;
        }
        let mut last = lock(last);
        last.follow(run.topic, self.epoch.load(Ordering::Relaxed), || {
            self.matched_number(run.topic)
        });
        let Matched { each, groups } = &*last.matched;
        let [subscription] = each.as_slice() else {
            return false;
        };
        let number = || sequence.fetch_add(1, Ordering::Relaxed);
        groups.is_empty()
            && subscription.options.max_queued_bytes >= AMPLE
            && subscription.receiver.hasten(subscription.id, run, number)
    }

    /// Holds a flight wherever something is under way by the short way.
    pub(super) fn hold(&self, flight: &Arc<Flight>) {
        self.read_subscriptions(|all| {
            for subscription in all.by_id.values() {
                subscription.receiver.hold(flight);
            }
        });
    }

    /// Gives each subscription that matches its records of the batch.
    pub(super) fn route(&self, batch: &Arc<Batch>, last: &Mutex<LastRoute>) {
        if !self.retains() {
            return self.route_now(batch, last);
        }
        let mut history = lock(&self.history);
        if let Some(history) = &mut *history {
            self.remember(batch, history);
        }
        self.route_now(batch, last);
    }

    fn remember(&self, batch: &Batch, history: &mut History) {
        for (index, record) in (0..).zip(batch.records()) {
            let run = &batch.runs[record.run as usize];
            if run.form == PORTED {
                continue; // its value goes to those who are there now
            }
            let topic = match run.topic {
                INLINE_TOPIC => batch.inline_topic(run).map(Arc::from),
                id => self.topic_name(id),
            };
            let topic = topic.filter(|topic| topic.split('.').next() != Some(NATIVE_TOKEN));
            if let Some((topic, message)) = topic.zip(batch.extract(&[index])) {
                history.add(&topic, Arc::new(message.without_flight()));
            }
        }
    }

    fn route_now(&self, batch: &Arc<Batch>, last: &Mutex<LastRoute>) {
        let [run] = batch.runs.as_slice() else {
            return self.share_out(batch);
        };
        let mut last = lock(last);
        last.follow(run.topic, self.epoch.load(Ordering::Relaxed), || {
            self.matched_run(batch, run)
        });
        if !last.matched.groups.is_empty() {
            drop(last);
            return self.share_out(batch);
        }
        // As a rule: everybody gets all of it, so there is nothing to share out.
        for subscription in &last.matched.each {
            // Refused where it has just been closed; it is in no group, so nobody inherits it.
            let _ = subscription.push(Chunk::whole(Arc::clone(batch)));
        }
    }

    fn share_out(&self, batch: &Arc<Batch>) {
        let mut shares = Shares::default();
        let mut start = 0;
        for run in &batch.runs {
            let indexes = start..start + run.count;
            start = indexes.end;
            let Some(matched) = self.matched_run(batch, run) else {
                continue;
            };
            if !matched.each.is_empty() {
                let cost = batch.cost_of(run);
                for subscription in &matched.each {
                    shares.add(subscription, indexes.clone(), cost);
                }
            }
            for (_, members) in &matched.groups {
                for at in indexes.clone() {
                    self.share_in_group(members, batch, at, &mut shares);
                }
            }
        }
        self.push(batch, shares);
    }

    /// Gives what a member of a group had not taken to the others.
    fn inherit(&self, chunk: &Chunk, group: &str) {
        let mut shares = Shares::default();
        for at in chunk.left_indexes() {
            let batch = &chunk.batch;
            let run = batch
                .records()
                .get(at as usize)
                .map(|record| &batch.runs[record.run as usize]);
            let Some(matched) = run.and_then(|run| self.matched_run(batch, run)) else {
                continue;
            };
            if let Some((_, members)) = matched.groups.iter().find(|(name, _)| name == group) {
                self.share_in_group(members, batch, at, &mut shares);
            }
        }
        self.push(&chunk.batch, shares);
    }

    fn share_in_group(
        &self,
        members: &[Arc<Subscription>],
        batch: &Batch,
        at: u32,
        to: &mut Shares,
    ) {
        let Some(cost) = batch.records().get(at as usize).map(|record| record.cost) else {
            return;
        };
        // The member with the shortest queue; among equals, each in its turn.
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let rotated = (0..members.len()).map(|step| &members[(first + step) % members.len()]);
        let load = |member: &&Arc<Subscription>| member.queued() + to.assigned(member);
        if let Some(member) = rotated.min_by_key(load) {
            to.add(member, at..at + 1, cost);
        }
    }

    fn push(&self, batch: &Arc<Batch>, shares: Shares) {
        for share in shares.list {
            let refused = share
                .subscription
                .push(chunk(batch, share.picks, share.cost));
            if let (Err(chunk), Some(group)) = (refused, &share.subscription.options.group) {
                // It left the subscriptions before it refused, so it is not found again.
                self.inherit(&chunk, group);
            }
        }
    }

    /// Subscribes, first to what is remembered, as far as the options ask for it.
    pub(super) fn subscribe(
        &self,
        pattern: &str,
        options: Options,
        receiver: Arc<Receiver>,
    ) -> Arc<Subscription> {
        let most = options.replay;
        let history = (most > 0).then(|| lock(&self.history));
        let subscription = self.add(pattern, options, receiver);
        if let Some(history) = history.as_deref().and_then(Option::as_ref) {
            for message in history.replay(pattern, most) {
                // Never refused: nobody knows it yet who could close it.
                let _ = subscription.push(Chunk::whole(message));
            }
        }
        subscription
    }

    fn add(&self, pattern: &str, options: Options, receiver: Arc<Receiver>) -> Arc<Subscription> {
        self.change_subscriptions(|all| {
            loop {
                // Such that it fits into a run's topic, and is never INLINE_TOPIC there.
                all.last_id = (all.last_id + 1) % (INLINE_TOPIC - TO_SUBSCRIPTION);
                if !all.by_id.contains_key(&all.last_id) {
                    break;
                }
            }
            let id = all.last_id;
            self.smallest_bound
                .fetch_min(options.max_queued_bytes, Ordering::Relaxed);
            let crowded = Arc::clone(&self.crowded);
            let subscription = Subscription::new(id, pattern, options, receiver, crowded);
            all.matcher.insert(pattern, id);
            news::count(pattern, true);
            all.by_id.insert(id, Arc::clone(&subscription));
            subscription
        })
    }

    pub(super) fn topic_name(&self, id: u32) -> Option<Arc<str>> {
        let name = |topics: &Topics| {
            topics
                .list
                .get(id as usize)
                .map(|one| Arc::clone(&one.name))
        };
        self.read_topics(name)
    }

    pub(super) fn has_subscribers(&self, topic: &str) -> bool {
        let (_, matched) = self.find(topic);
        !matched.each.is_empty() || !matched.groups.is_empty()
    }

    pub(super) fn count_subscribers(&self, topic: &str) -> usize {
        let (_, matched) = self.find(topic);
        let members = matched.groups.iter().map(|(_, members)| members.len());
        matched.each.len() + members.sum::<usize>()
    }

    /// Receiver and subscription of all who cover a topic.
    pub(super) fn destinations(&self, topic: &str) -> Vec<(u32, u32)> {
        let (_, matched) = self.find(topic);
        let members = matched.groups.iter().flat_map(|(_, members)| members);
        let all = matched.each.iter().chain(members);
        all.map(|one| (one.receiver.number, one.id)).collect()
    }

    pub(super) fn destination(&self, subscription: u32) -> Option<u32> {
        self.read_subscriptions(|all| Some(all.by_id.get(&subscription)?.receiver.number))
    }

    /// A receiver by its number, as long as it has subscriptions.
    pub(super) fn receiver(&self, number: u32) -> Option<Arc<Receiver>> {
        self.read_subscriptions(|all| {
            let mut all = all.by_id.values();
            let found = all.find(|one| one.receiver.number == number)?;
            Some(Arc::clone(&found.receiver))
        })
    }

    pub(super) fn reaches(&self, topic: u32) -> bool {
        let topic = self.read_topics(|topics| topics.list.get(topic as usize).cloned());
        topic.is_some_and(|topic| {
            let matched = self.matched(&topic);
            !matched.each.is_empty() || !matched.groups.is_empty()
        })
    }

    pub(super) fn subscriptions(&self) -> usize {
        self.subscribed.load(Ordering::Acquire)
    }

    pub(super) fn topics(&self) -> usize {
        self.read_topics(|topics| topics.list.len())
    }

    pub(super) fn wait_for_room(&self, handle: Weak<Handle>) {
        lock(&self.waiting).push(handle);
    }

    /// Bytes until the fullest queue is full, or fewer where that is far away.
    pub(super) fn room(&self) -> usize {
        let half = self.smallest_bound.load(Ordering::Relaxed) / 2;
        if half >= AMPLE && self.crowded.load(Ordering::Relaxed) == 0 {
            return half;
        }
        self.read_subscriptions(|subscriptions| {
            let all = subscriptions.by_id.values();
            all.map(|one| one.room()).min().unwrap_or(usize::MAX)
        })
    }

    pub(super) fn is_drained(&self) -> bool {
        self.read_subscriptions(|subscriptions| {
            !subscriptions.by_id.values().any(|one| one.is_half_full())
        })
    }

    pub(super) fn ring_waiting(&self) {
        let waiting = std::mem::take(&mut *lock(&self.waiting));
        for handle in waiting.iter().filter_map(Weak::upgrade) {
            handle.stop_waiting();
        }
    }

    pub(super) fn remove(&self, id: u32) {
        let removed = self.change_subscriptions(|subscriptions| {
            let removed = subscriptions.by_id.remove(&id)?;
            subscriptions.matcher.remove(&removed.pattern, id);
            news::count(&removed.pattern, false);
            Some(removed)
        });
        let Some(subscription) = removed else { return };
        let left = subscription.close();
        if let Some(group) = &subscription.options.group {
            for chunk in &left {
                self.inherit(chunk, group);
            }
        }
        drop(left);
        self.ring_waiting();
    }
}

fn chunk(batch: &Arc<Batch>, picks: Vec<u32>, cost: usize) -> Chunk {
    if picks.len() == batch.count as usize {
        return Chunk::whole(Arc::clone(batch));
    }
    if cost < batch.data.len() / SPARSE_PART
        && let Some(few) = batch.extract(&picks)
    {
        return Chunk::whole(Arc::new(few));
    }
    Chunk::new(Arc::clone(batch), Picks::Some(picks), cost)
}

impl Matched {
    fn add(&mut self, subscription: &Arc<Subscription>) {
        let subscription = Arc::clone(subscription);
        let Some(group) = &subscription.options.group else {
            self.each.push(subscription);
            return;
        };
        match self.groups.iter_mut().find(|(name, _)| name == group) {
            Some((_, members)) => members.push(subscription),
            None => self.groups.push((group.clone(), vec![subscription])),
        }
    }
}
