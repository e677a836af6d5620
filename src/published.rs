//! A value made once for the whole process, without a lock.

use std::sync::atomic::{AtomicPtr, Ordering};

/// A static that is made when first used, by whoever comes first.
///
/// A lock would do but for forks: a child that is forked while another thread holds it would wait
/// for that thread for ever. Here two threads may both make the value, and one of them throws its
/// own away.
pub struct Published<T>(AtomicPtr<T>);

impl<T: Sync + 'static> Published<T> {
    pub const fn new() -> Self {
        Self(AtomicPtr::new(std::ptr::null_mut()))
    }

    /// The value, made now if there is none, or if there is one that `serves` does not accept.
    /// What it replaces is never freed, since others may hold it.
    #[inline]
    pub fn get(&self, serves: impl Fn(&T) -> bool, make: impl Fn() -> T) -> &'static T {
        loop {
            let known = self.0.load(Ordering::Acquire);
            // SAFETY: the pointer is null or was leaked below, so that it is valid for ever, and
            // only shared references to it exist.
            if let Some(known) = unsafe { known.as_ref() }
                && serves(known)
            {
                return known;
            }
            let fresh = Box::into_raw(Box::new(make()));
            if self.0.compare_exchange(known, fresh, Ordering::AcqRel, Ordering::Acquire).is_err() {
                // SAFETY: it came from a box just now, and was not published.
                drop(unsafe { Box::from_raw(fresh) });
            }
        }
    }
}

impl<T: Sync + 'static> Default for Published<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// A value made when first used, by whoever comes first, and freed with what holds it. Without a lock
/// for the same reason.
pub struct MadeOnce<T>(AtomicPtr<T>);

impl<T: Send + Sync> MadeOnce<T> {
    pub fn of(value: T) -> Self {
        Self(AtomicPtr::new(Box::into_raw(Box::new(value))))
    }

    /// The value if it was made.
    #[inline(always)]
    pub fn made(&self) -> Option<&T> {
        // SAFETY: the pointer is null or came from a box that lives as long as this, and only shared
        // references to it exist.
        unsafe { self.0.load(Ordering::Acquire).as_ref() }
    }

    /// The value, made now if there is none.
    #[inline(always)]
    pub fn get(&self, make: impl FnOnce() -> T) -> &T {
        match self.made() {
            Some(made) => made,
            None => self.set(make()),
        }
    }

    #[cold]
    fn set(&self, value: T) -> &T {
        let fresh = Box::into_raw(Box::new(value));
        let null = std::ptr::null_mut();
        match self.0.compare_exchange(null, fresh, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: it came from a box just now, and is freed with `self` alone.
            Ok(_) => unsafe { &*fresh },
            // SAFETY: the fresh one was not published; the known one came from a box that is freed with
            // `self` alone.
            Err(known) => unsafe {
                drop(Box::from_raw(fresh));
                &*known
            },
        }
    }
}

impl<T> Default for MadeOnce<T> {
    fn default() -> Self {
        Self(AtomicPtr::new(std::ptr::null_mut()))
    }
}

impl<T> Drop for MadeOnce<T> {
    fn drop(&mut self) {
        let made = *self.0.get_mut();
        if !made.is_null() {
            // SAFETY: it came from a box, and no reference outlives `self`.
            drop(unsafe { Box::from_raw(made) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_threads_get_the_same() {
        static VALUE: Published<Vec<u8>> = Published::new();
        let addresses: Vec<usize> = std::thread::scope(|scope| {
            let get = || std::ptr::from_ref(VALUE.get(|_| true, || vec![7; 1000])) as usize;
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(get)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(addresses.iter().all(|&address| address == addresses[0]));
        assert_eq!(VALUE.get(|_| true, Vec::new).len(), 1000);
    }

    #[test]
    fn is_made_once_and_freed() {
        let counted = std::sync::Arc::new(());
        let made: MadeOnce<std::sync::Arc<()>> = MadeOnce::default();
        assert!(made.made().is_none());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert!(std::ptr::eq(&**made.get(|| counted.clone()), &*counted)));
            }
        });
        assert_eq!(std::sync::Arc::strong_count(&counted), 2);
        drop(made);
        drop(MadeOnce::of(counted.clone()));
        assert_eq!(std::sync::Arc::strong_count(&counted), 1);
    }

    #[test]
    fn what_does_not_serve_is_replaced() {
        static VALUE: Published<u32> = Published::new();
        let old = VALUE.get(|_| true, || 1);
        assert_eq!(*VALUE.get(|&value| value == 2, || 2), 2);
        assert_eq!(*old, 1);
    }
}
