#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| toend_testkit::decoders::run("terms", bytes));
