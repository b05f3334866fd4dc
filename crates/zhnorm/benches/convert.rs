//! How fast conversion is: `cargo bench --bench convert`.
//!
//! The text is made here, out of words, so that the benchmark runs anywhere; figures on real text
//! beside those of other engines come from `cargo xtask bench-peers`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zhnorm::convert::{Config, Options, Plan, convert};
use zhnorm::report::Report;

const SIMPLIFIED: &[&str] = &[
    "国务院",
    "总理",
    "在",
    "会议",
    "上",
    "表示",
    "，",
    "要",
    "发展",
    "经济",
    "和",
    "网络",
    "软件",
    "的",
    "应用",
    "。",
    "内存",
    "鼠标",
    "里面",
    "头发",
    "我们",
    "这些",
    "数据",
    "系统",
    "了",
    "12",
    "%",
    "\n",
];
const TRADITIONAL: &[&str] = &[
    "行政院",
    "院長",
    "在",
    "會議",
    "上",
    "表示",
    "，",
    "要",
    "發展",
    "經濟",
    "和",
    "網路",
    "軟體",
    "的",
    "應用",
    "。",
    "記憶體",
    "滑鼠",
    "裡面",
    "頭髮",
    "我們",
    "這些",
    "資料",
    "系統",
    "了",
    "12",
    "%",
    "\n",
];

/// Words in an order without pattern, up to so many bytes.
fn text(words: &[&str], bytes: usize) -> String {
    let mut state = 1_u64;
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        text.push_str(words[(state >> 33) as usize % words.len()]);
    }
    text
}

fn convert_text(criterion: &mut Criterion) {
    for (config, words) in [
        (Config::S2t, SIMPLIFIED),
        (Config::T2s, TRADITIONAL),
        (Config::S2twp, SIMPLIFIED),
        (Config::Tw2sp, TRADITIONAL),
    ] {
        let plan = Plan::new([config]);
        let mut group = criterion.benchmark_group(config.name());
        for (name, bytes) in [("article", 2_000), ("megabyte", 1_000_000)] {
            let text = text(words, bytes);
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    let mut report = Report::counting();
                    convert(&text, &plan, &Options::default(), &mut report).len()
                });
            });
        }
        let ascii = "nothing to convert here. ".repeat(40_000);
        group.throughput(Throughput::Bytes(ascii.len() as u64));
        group.bench_function("ascii", |bencher| {
            bencher.iter(|| {
                let mut report = Report::counting();
                convert(&ascii, &plan, &Options::default(), &mut report).len()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, convert_text);
criterion_main!(benches);
