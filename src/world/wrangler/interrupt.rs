//! Being asked to end: the signals that Ctrl-C, a runner that cancels a job, and a terminal that
//! goes away send.

use std::io;

use tokio::sync::watch;

/// How somebody asks to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `SIGINT`: Ctrl-C, and the first thing that GitHub's runner sends.
    Interrupt,
    /// `SIGTERM`: what most others send.
    Terminate,
    /// `SIGHUP`: the terminal is gone.
    Hangup,
}

#[cfg(unix)]
impl From<Signal> for rustix::process::Signal {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Interrupt => Self::INT,
            Signal::Terminate => Self::TERM,
            Signal::Hangup => Self::HUP,
        }
    }
}

/// Whether somebody has asked to end. Clones hear of the same signals, each at its own pace.
#[derive(Clone, Debug)]
pub struct Interrupt {
    asked: watch::Receiver<(usize, Option<Signal>)>,
    /// How many of the signals this clone has heard of.
    heard: usize,
}

impl Interrupt {
    /// Nobody ever asks.
    pub fn never() -> Self {
        Self { asked: watch::channel((0, None)).1, heard: 0 }
    }

    /// Listens to the signals of this process from now on; they no longer end it by themselves.
    /// Needs a runtime, and is meant to be called once.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn listen() -> io::Result<Self> {
        let (sender, asked) = watch::channel((0, None));
        let mut signals = Signals::new()?;
        tokio::spawn(async move {
            loop {
                let signal = signals.next().await;
                sender.send_modify(|asked| *asked = (asked.0 + 1, Some(signal)));
            }
        });
        Ok(Self { asked, heard: 0 })
    }

    /// Whether somebody has asked, heard of or not.
    pub fn is_asked(&self) -> bool {
        self.asked.borrow().0 > 0
    }

    /// Waits until somebody asks; returns at once where somebody has.
    pub async fn asked(&self) {
        let mut asked = self.asked.clone();
        if asked.wait_for(|asked| asked.0 > 0).await.is_err() {
            // Nobody is left who could ask.
            std::future::pending().await
        }
    }

    /// Waits for the next signal that this clone has not heard of. Signals that come faster than
    /// they are heard are one.
    pub async fn next(&mut self) -> Signal {
        let heard = self.heard;
        let next = match self.asked.wait_for(|asked| asked.0 > heard).await {
            Ok(asked) => *asked,
            Err(_) => std::future::pending().await,
        };
        self.heard = next.0;
        next.1.unwrap_or(Signal::Terminate)
    }
}

#[cfg(unix)]
struct Signals([(tokio::signal::unix::Signal, Signal); 3]);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            (signal(SignalKind::interrupt())?, Signal::Interrupt),
            (signal(SignalKind::terminate())?, Signal::Terminate),
            (signal(SignalKind::hangup())?, Signal::Hangup),
        ]))
    }

    async fn next(&mut self) -> Signal {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.0.recv() => interrupt.1,
            _ = terminate.0.recv() => terminate.1,
            _ = hangup.0.recv() => hangup.1,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        // Where there is no console there is no Ctrl-C.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
        Signal::Interrupt
    }
}
