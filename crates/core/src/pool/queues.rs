//! Waiting tasks: two injectors per priority, one for what came back from a dead or busy worker (it goes first).

use std::cmp::Reverse;
use std::sync::{Arc, PoisonError, RwLock};

use crossbeam::deque::{Injector, Steal, Worker};

use super::task::Task;

/// Distinct priorities that are kept apart; beyond, a new one shares the queue of its nearest neighbour below.
const MAX_CLASSES: usize = 64;

pub(super) struct Class {
    pub(super) priority: i32,
    returned: Injector<Task>,
    fresh: Injector<Task>,
}

impl Class {
    fn new(priority: i32) -> Arc<Self> {
        Arc::new(Self {
            priority,
            returned: Injector::new(),
            fresh: Injector::new(),
        })
    }

    pub(super) fn push(&self, task: Task) {
        self.fresh.push(task);
    }

    /// The next task; what else is taken in the same go, at most `limit` with it, lands in `deque`, which is empty.
    pub(super) fn take_into(&self, deque: &Worker<Task>, limit: usize) -> Option<Task> {
        let limit = limit.max(1);
        certain(|| self.returned.steal_batch_with_limit_and_pop(deque, limit))
            .or_else(|| certain(|| self.fresh.steal_batch_with_limit_and_pop(deque, limit)))
    }

    pub(super) fn take(&self) -> Option<Task> {
        certain(|| self.returned.steal()).or_else(|| certain(|| self.fresh.steal()))
    }
}

/// Repeats a steal that another thief disturbed.
pub(super) fn certain(steal: impl Fn() -> Steal<Task>) -> Option<Task> {
    loop {
        match steal() {
            Steal::Success(task) => return Some(task),
            Steal::Empty => return None,
            Steal::Retry => std::hint::spin_loop(),
        }
    }
}

#[derive(Default)]
pub(super) struct Queues {
    /// Highest priority first.
    classes: RwLock<Arc<[Arc<Class>]>>,
}

impl Queues {
    /// The classes as they are now, highest first. Classes are only ever added.
    pub(super) fn classes(&self) -> Arc<[Arc<Class>]> {
        Arc::clone(&self.classes.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn class(&self, priority: i32) -> Arc<Class> {
        let found = |classes: &[Arc<Class>]| {
            let full = classes.len() >= MAX_CLASSES;
            match classes.binary_search_by_key(&Reverse(priority), |class| Reverse(class.priority))
            {
                Ok(at) => Ok(Arc::clone(&classes[at])),
                Err(at) if full => Ok(Arc::clone(&classes[at.min(classes.len() - 1)])),
                Err(at) => Err(at),
            }
        };
        if let Ok(class) = found(&self.classes()) {
            return class;
        }
        let mut classes = self.classes.write().unwrap_or_else(PoisonError::into_inner);
        match found(&classes) {
            Ok(class) => class,
            Err(at) => {
                let class = Class::new(priority);
                let mut longer = classes.to_vec();
                longer.insert(at, Arc::clone(&class));
                *classes = longer.into();
                class
            }
        }
    }

    /// Puts tasks in front of their priority's queue.
    pub(super) fn give_back(&self, tasks: impl IntoIterator<Item = Task>) {
        for task in tasks {
            let class = self.class(task.priority());
            task.give_back();
            class.returned.push(task);
        }
    }
}
