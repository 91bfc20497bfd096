use std::fmt::Display;
use std::hint::black_box;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::connection::Connection;
use crate::register::{Outcome, Register};
use crate::shortage::Shortage;

/// The threads of a server. Each waits in `accept`, serves the connection it got to its end, and waits again.
///
/// To make and end a thread costs more than a handshake does, so those that have served stay for the next. The last to
/// leave `accept` has another take its place first: however long a session, no newcomer waits behind it.
pub(crate) struct Crew<H> {
    listener: TcpListener,
    register: Arc<Register>,
    handler: H,
    duty: Duty,
    count: Mutex<Count>,
    shortage: Shortage,
}

/// How a crew serves.
#[derive(Debug)]
pub(crate) struct Duty {
    /// For a connection's handshake or request.
    pub(crate) deadline: Duration,
    /// The most threads at once.
    pub(crate) max_threads: usize,
    /// A client who waits because all threads serve is worth a word.
    pub(crate) tell_when_full: bool,
    /// End after the first connection.
    pub(crate) once: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Count {
    threads: usize,
    /// How many of them are in `accept`, or on their way there.
    waiting: usize,
}

impl<H, E> Crew<H>
where
    H: Fn(&Connection) -> Result<(), E> + Send + Sync + 'static,
    E: Display,
{
    /// A thread that comes back while this many wait ends.
    const MOST_WAITING: usize = 8;
    /// Of address space; of memory, a thread has what its handler touches.
    const STACK_SIZE: usize = 256 * 1024;

    pub(crate) fn new(
        listener: TcpListener,
        register: Arc<Register>,
        handler: H,
        duty: Duty,
        label: String,
    ) -> Arc<Crew<H>> {
        let (count, shortage) = (Mutex::default(), Shortage::new(label));
        Arc::new(Crew { listener, register, handler, duty, count, shortage })
    }

    /// Sees to it that a thread waits for the next connection, up to the limit; false where the system gives none.
    pub(crate) fn muster(self: &Arc<Self>) -> bool {
        self.replace(self.count())
    }

    pub(crate) fn listener(&self) -> &TcpListener {
        &self.listener
    }

    fn replace(self: &Arc<Self>, mut count: MutexGuard<'_, Count>) -> bool {
        if count.waiting > 0 {
            return true;
        }
        if count.threads == self.duty.max_threads {
            if self.duty.tell_when_full {
                self.shortage.of_places(count.threads);
            }
            return true;
        }
        count.threads += 1;
        count.waiting += 1;
        drop(count);
        let crew = Arc::clone(self);
        let spawn = || thread::Builder::new().stack_size(Self::STACK_SIZE).spawn(move || crew.work());
        match memory_to_spare().and_then(|()| spawn()) {
            Ok(_) => true,
            Err(error) => {
                self.shortage.of_threads(&error);
                let mut count = self.count();
                count.threads -= 1;
                count.waiting -= 1;
                false
            }
        }
    }

    fn work(self: Arc<Self>) {
        while let Some((stream, peer)) = self.accept() {
            let mut count = self.count();
            count.waiting -= 1;
            if !self.replace(count) {
                self.register.call_keeper();
            }
            let admitted = self.serve(stream, peer);
            self.shortage.may_be_over();
            if self.duty.once && admitted {
                self.register.end(Duration::ZERO);
            }
            let mut count = self.count();
            if count.waiting >= Self::MOST_WAITING {
                count.threads -= 1;
                return;
            }
            count.waiting += 1;
        }
    }

    /// The next connection, or none when the server is to end.
    fn accept(&self) -> Option<(TcpStream, SocketAddr)> {
        let mut pauses = Shortage::pauses();
        loop {
            let accepted = self.listener.accept();
            if self.register.is_shutting_down() {
                return None;
            }
            match accepted {
                Ok(accepted) => return Some(accepted),
                // That client has gone while it waited; the next may not have.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => self.shortage.of_sockets(&error, &mut pauses),
            }
        }
    }

    /// Returns whether the client was admitted.
    fn serve(&self, stream: TcpStream, peer: SocketAddr) -> bool {
        let connection = Arc::new(Connection::new(stream, peer, Arc::clone(&self.register), self.duty.deadline));
        let number = match self.register.admit(&connection) {
            Ok(number) => number,
            Err(refusal) => {
                self.shortage.of_admission(refusal, peer.ip());
                return false;
            }
        };
        let outcome = match catch_unwind(AssertUnwindSafe(|| (self.handler)(&connection))) {
            Ok(Ok(())) => Outcome::Completed,
            Ok(Err(error)) => {
                // Those cut at the end, thousands perhaps, are counted in the server's last line.
                if !connection.is_shutting_down() {
                    cli::warn!("{peer}: {error:#}");
                }
                Outcome::Failed
            }
            Err(_) => {
                cli::warn!("{peer}: the handler panicked; its connection is closed, the others go on");
                Outcome::Failed
            }
        };
        self.register.leave(number, outcome);
        true
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that took the last of the address space for its stack would leave the others none to go on with.
fn memory_to_spare() -> io::Result<()> {
    // Above 32 MiB, glibc asks the system each time, rather than keep it and let its heaps grow around it.
    const SPARE: usize = 33 << 20;
    let mut spare = Vec::<u8>::new();
    spare.try_reserve_exact(SPARE).map_err(|_| ErrorKind::OutOfMemory)?;
    // Or else the compiler sees that nobody needs it, and leaves it out.
    black_box(&spare);
    Ok(())
}
