//! What a batch shows to everybody: its sizes, which say nothing, and counters that betray an entry outside every list.

use toend_ledger::tx::{Batch, Op, Tx, is_bucket};

use super::*;

on_both_engines![
    fr_9_1_quiet_and_busy_ticks_have_the_same_size,
    fr_9_1_fillers_and_entries_look_alike,
    fr_1_9_an_entry_outside_every_list_is_found_by_the_audit,
];

fn batches(bench: &Bench, reg: u16) -> Vec<(Batch, usize)> {
    let ledger = bench.ledger();
    (1..=ledger.tip().height())
        .flat_map(|height| ledger.block_txs(height).unwrap_or_default())
        .filter_map(|tx| match Tx::decode(&tx).unwrap() {
            Tx::Batch(batch) if batch.reg == Reg(reg) => Some((batch, tx.len())),
            _ => None,
        })
        .collect()
}

fn sizes(batch: &Batch) -> (usize, usize) {
    let count = |wanted: fn(&Op) -> bool| batch.ops().iter().filter(|op| wanted(op)).count();
    (
        count(|op| matches!(op, Op::Entry { .. })),
        count(|op| matches!(op, Op::Head { .. })),
    )
}

async fn fr_9_1_quiet_and_busy_ticks_have_the_same_size(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.flush().await.unwrap();
    // Nights with nothing and days with one to eight entries, each tick sealed for itself.
    let mut next = 0;
    for load in [0usize, 0, 3, 1, 0, 8, 5, 0] {
        let deliveries: Vec<_> = (0..load)
            .map(|i| {
                if i % 2 == 0 {
                    lab(&format!("{}", next + i), 40)
                } else {
                    visit(&format!("{}", next + i), 1, Flag::Current)
                }
            })
            .collect();
        next += load;
        register.receive(&deliveries, 1).unwrap();
        while !matches!(register.tick().unwrap(), Step::Submitted(_)) {
            bench.settled().await;
        }
        bench.settled().await;
    }
    while register.next_number().unwrap() < 10 {
        bench.settled().await;
    }
    let ticks = batches(&bench, 1);
    let (first, ticks) = ticks.split_first().unwrap();
    assert_eq!(sizes(&first.0), (8, 8));
    assert_eq!(ticks.len(), 8);
    for (batch, bytes) in ticks {
        assert_eq!(sizes(batch), (8, 8), "no tick tells how much happened");
        assert_eq!(*bytes, ticks[0].1);
        assert!(batch.ops().is_sorted_by_key(Op::order));
    }
    // Busier ticks go to the next size, never to one in between.
    for (load, size) in [(9usize, 32), (33, 128), (129, 512)] {
        let deliveries: Vec<_> = (0..load)
            .map(|i| lab(&format!("{}", next + i), 40))
            .collect();
        next += load;
        register.receive(&deliveries, 1).unwrap();
        register.flush().await.unwrap();
        let (last, _) = batches(&bench, 1).pop().unwrap();
        assert_eq!(sizes(&last), (size, 8));
        assert!(is_bucket(size, 8));
    }
}

async fn fr_9_1_fillers_and_entries_look_alike(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    let deliveries: Vec<_> = (0..200).map(|i| lab(&format!("{i}"), 40)).collect();
    register.receive(&deliveries, 1).unwrap();
    register.flush().await.unwrap();
    let (batch, _) = batches(&bench, 1).pop().unwrap();
    // Chi-square over the first bits of labels and commitments, 16 classes: 200 entries and 312 fillers together spread as
    // random bytes do. The 0.1 % point of 15 degrees is 37.7; 60 is passed about once in ten million.
    let mut counts = [[0f64; 16]; 2];
    for op in batch.ops() {
        if let Op::Entry { label, c } = op {
            counts[0][usize::from(label[0] >> 4)] += 1.0;
            counts[1][usize::from(c[0] >> 4)] += 1.0;
        }
    }
    for classes in counts {
        assert!((classes.iter().sum::<f64>() - 512.0).abs() < 0.5);
        let chi: f64 = classes.iter().map(|n| (n - 32.0).powi(2) / 32.0).sum();
        assert!(chi < 60.0, "{chi}");
    }
}

async fn fr_1_9_an_entry_outside_every_list_is_found_by_the_audit(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register
        .receive(&[lab("a", 50), visit("b", 1, Flag::Current)], 1)
        .unwrap();
    register.flush().await.unwrap();
    bench.settled().await;
    assert_eq!(orphans(&register), [0, 0, 0]);
    let clean = register.audit().unwrap();
    assert_eq!((clean.entries.ledger, clean.heads.ledger), (8, 8));
    // The same register, with its own key, seals one random label behind its database's back.
    let mut ops = register
        .database
        .write(|db| register.decoy_entries(db, 7))
        .unwrap();
    ops.push(Op::Entry {
        label: [0x5a; 32],
        c: [0xa5; 32],
    });
    let heads = register.database.write(|db| register.decoy_heads(db, 8, 2));
    ops.extend(heads.unwrap());
    let batch = Batch::signed(
        register.net,
        register.reg(),
        2,
        ops,
        &register.settings.seal_key,
    )
    .unwrap();
    bench.ledger().submit(batch.encode()).unwrap();
    while register.next_number().unwrap() < 3 {
        bench.settled().await;
    }
    bench.settled().await;
    assert_eq!(orphans(&register), [0, 1, 0]);
}
