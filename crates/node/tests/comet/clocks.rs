//! A wrong clock for one process and nobody else.
//!
//! Programs read the clock through code that the kernel maps into each of them (vDSO); Go's programs take nothing else, so
//! that no preloaded library reaches them. The copy inside the one process is overwritten by code that asks the kernel and
//! adds a difference. The program on disk, the computer's clock and every other process stay as they are.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Why no process can be given a wrong clock here, if so.
pub fn obstacle() -> Option<String> {
    if !cfg!(target_arch = "x86_64") {
        return Some("this kind of processor is not known".to_owned());
    }
    let mut child = std::process::Command::new("sleep")
        .arg("600")
        .spawn()
        .unwrap();
    let changed = change(i32::try_from(child.id()).unwrap(), 1);
    let _ = child.kill();
    let _ = child.wait();
    changed.err().map(|error| error.to_string())
}

/// Sets what a process takes for the time, as far from the right one as given.
pub fn set_wrong(process: i32, seconds: i32) {
    change(process, seconds).unwrap();
}

fn change(process: i32, seconds: i32) -> std::io::Result<()> {
    let id = Pid::from_raw(process).unwrap();
    let memory = File::options()
        .read(true)
        .write(true)
        .open(format!("/proc/{process}/mem"))?;
    let end = Instant::now() + Duration::from_secs(20);
    // Nobody may be inside the code while it changes.
    let (begin, image) = loop {
        kill_process(id, Signal::STOP)?;
        if let Some((begin, size)) = stopped(process).then(|| code_of(process)).flatten() {
            let mut image = vec![0; size];
            memory.read_exact_at(&mut image, begin)?;
            if !is_inside(process, begin, size) {
                break (begin, image);
            }
        }
        kill_process(id, Signal::CONT)?;
        assert!(Instant::now() < end, "the process never stood still");
        std::thread::sleep(Duration::from_millis(5));
    };
    let mut written = Ok(());
    let mut changed = 0;
    for (name, code) in codes(seconds) {
        if let Some(at) = symbol(&image, name) {
            written = written.and_then(|()| memory.write_all_at(&code, begin + at));
            changed += 1;
        }
    }
    kill_process(id, Signal::CONT)?;
    if changed == 3 {
        written
    } else {
        Err(std::io::Error::other(
            "this kernel's code for clocks has other names",
        ))
    }
}

/// Machine code: the system call, then the difference added to the seconds it gave.
fn codes(seconds: i32) -> [(&'static str, Vec<u8>); 3] {
    let code = |parts: &[&[u8]]| parts.concat();
    let by = seconds.to_le_bytes();
    [
        (
            "__vdso_clock_gettime",
            code(&[
                // mov eax, 228; syscall
                &[0xb8, 0xe4, 0, 0, 0, 0x0f, 0x05],
                // The real-time clock, exact (0) or coarse (5), and no other: test edi, edi; je +5; cmp edi, 5; jne +7
                &[0x85, 0xff, 0x74, 0x05, 0x83, 0xff, 0x05, 0x75, 0x07],
                // add qword [rsi], seconds; ret
                &[0x48, 0x81, 0x06],
                &by,
                &[0xc3],
            ]),
        ),
        (
            "__vdso_gettimeofday",
            code(&[
                // mov eax, 96; syscall; test rdi, rdi; je +7; add qword [rdi], seconds; ret
                &[0xb8, 0x60, 0, 0, 0, 0x0f, 0x05],
                &[0x48, 0x85, 0xff, 0x74, 0x07, 0x48, 0x81, 0x07],
                &by,
                &[0xc3],
            ]),
        ),
        (
            "__vdso_time",
            code(&[
                // mov eax, 201; syscall; add rax, seconds; test rdi, rdi; je +3; mov [rdi], rax; ret
                &[0xb8, 0xc9, 0, 0, 0, 0x0f, 0x05, 0x48, 0x05],
                &by,
                &[0x48, 0x85, 0xff, 0x74, 0x03, 0x48, 0x89, 0x07, 0xc3],
            ]),
        ),
    ]
}

/// Whether all threads stand still.
fn stopped(process: i32) -> bool {
    threads(process).iter().all(|thread| {
        let stat = std::fs::read_to_string(format!("{thread}/stat")).unwrap_or_default();
        // After the name in brackets, which may hold anything.
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| rest.starts_with('T'))
    })
}

/// Whether a thread stands in this piece of memory.
fn is_inside(process: i32, begin: u64, size: usize) -> bool {
    threads(process).iter().any(|thread| {
        let at = std::fs::read_to_string(format!("{thread}/syscall")).unwrap_or_default();
        let at = at.trim().rsplit_once("0x").map(|(_, hex)| hex.to_owned());
        let at = at.and_then(|hex| u64::from_str_radix(&hex, 16).ok());
        // Who does not say where it stands may stand there.
        at.is_none_or(|at| (begin..begin + size as u64).contains(&at))
    })
}

fn threads(process: i32) -> Vec<String> {
    std::fs::read_dir(format!("/proc/{process}/task"))
        .unwrap()
        .map(|thread| thread.unwrap().path().display().to_string())
        .collect()
}

/// Where the kernel's code lies in a process.
fn code_of(process: i32) -> Option<(u64, usize)> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let line = maps.lines().find(|line| line.ends_with("[vdso]"))?;
    let (from, to) = line.split(' ').next()?.split_once('-')?;
    let from = u64::from_str_radix(from, 16).ok()?;
    let to = u64::from_str_radix(to, 16).ok()?;
    Some((from, usize::try_from(to - from).ok()?))
}

/// The place of a function in an ELF image of 64 bits.
fn symbol(image: &[u8], name: &str) -> Option<u64> {
    let number = |at: usize, bytes: usize| -> Option<usize> {
        let mut whole = [0; 8];
        whole[..bytes].copy_from_slice(image.get(at..at + bytes)?);
        usize::try_from(u64::from_le_bytes(whole)).ok()
    };
    let (table, each, count) = (number(0x28, 8)?, number(0x3a, 2)?, number(0x3c, 2)?);
    let section = |i: usize| table + i * each;
    // The table of dynamic symbols has kind 11, and names the section with their names.
    let symbols = (0..count)
        .map(section)
        .find(|at| number(at + 4, 4) == Some(11))?;
    let names = number(section(number(symbols + 0x28, 4)?) + 0x18, 8)?;
    let (from, size) = (number(symbols + 0x18, 8)?, number(symbols + 0x20, 8)?);
    let found = (from..from + size).step_by(24).find(|at| {
        number(*at, 4).is_some_and(|offset| {
            let text = image.get(names + offset..).unwrap_or_default();
            text.strip_prefix(name.as_bytes())
                .is_some_and(|rest| rest.first() == Some(&0))
        })
    })?;
    number(found + 8, 8).map(|at| at as u64)
}
