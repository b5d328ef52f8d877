//! Listening for the signals that ask a program to stop, for a while: before and after, they end it.

use std::{
    io,
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
    iterator::{Handle, Signals},
};

const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

/// How many listen now, and whether it is seen to that a signal ends the program when none does.
static LISTENERS: Mutex<Listeners> = Mutex::new(Listeners { count: 0, is_set_up: false });

/// Whether none listens.
static IDLE: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

struct Listeners {
    count: usize,
    is_set_up: bool,
}

/// Listens until it is dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    handle: Handle,
}

impl Listening {
    /// Tells `hear` each signal, on a thread of its own.
    pub(crate) fn start(hear: impl Fn(i32) + Send + 'static) -> io::Result<Self> {
        let mut signals = Signals::new(SIGNALS)?;
        let handle = signals.handle();
        listeners().add()?;
        thread::spawn(move || signals.forever().for_each(hear));
        Ok(Self { handle })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.handle.close();
        listeners().remove();
    }
}

impl Listeners {
    fn add(&mut self) -> io::Result<()> {
        // The system's own handler is gone once anybody has listened: it is emulated from then on.
        if !self.is_set_up {
            for signal in SIGNALS {
                flag::register_conditional_default(signal, IDLE.clone())?;
            }
            self.is_set_up = true;
        }
        self.count += 1;
        IDLE.store(false, Ordering::SeqCst);
        Ok(())
    }

    fn remove(&mut self) {
        self.count -= 1;
        IDLE.store(self.count == 0, Ordering::SeqCst);
    }
}

fn listeners() -> MutexGuard<'static, Listeners> {
    LISTENERS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        env,
        error::Error,
        os::unix::process::ExitStatusExt,
        process::Command,
        sync::mpsc::{RecvTimeoutError, channel},
        time::Duration,
    };

    use rustix::process::{Signal, getpid, kill_process};

    use super::*;

    /// Set in the process that the test starts: itself once more, since a signal is the whole process's.
    const INNER: &str = "NUDGED_TEST_LISTENING";

    #[test]
    fn a_signal_ends_the_program_once_nobody_listens_any_more() -> Result<(), Box<dyn Error>> {
        if env::var_os(INNER).is_some() {
            return hear_one_and_die_of_the_next();
        }
        let name = "listening::tests::a_signal_ends_the_program_once_nobody_listens_any_more";
        let mut inner = Command::new(env::current_exe()?);
        let ended = inner.args(["--exact", name, "--nocapture"]).env(INNER, "1").output()?;
        assert_eq!(ended.status.signal(), Some(SIGINT), "{}", String::from_utf8_lossy(&ended.stderr));
        Ok(())
    }

    fn hear_one_and_die_of_the_next() -> Result<(), Box<dyn Error>> {
        for _ in 0..2 {
            let (heard, signals) = channel();
            let listening = Listening::start(move |signal| {
                // The other end waits for it.
                let _ = heard.send(signal);
            })?;
            let other = Listening::start(|_| ())?;
            drop(other);
            kill_process(getpid(), Signal::INT)?;
            assert_eq!(signals.recv_timeout(Duration::from_secs(30))?, SIGINT, "while one listens, it is told");
            drop(listening);
            let closed = signals.recv_timeout(Duration::from_secs(30));
            assert_eq!(closed, Err(RecvTimeoutError::Disconnected), "its thread has ended");
        }
        kill_process(getpid(), Signal::INT)?;
        Err("the signal did not end the program".into())
    }
}
