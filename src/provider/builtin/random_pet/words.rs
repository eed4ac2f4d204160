//! The words of pets' names.

/// How, as `gladly`.
pub(super) const ADVERBS: [&str; 64] = [
    "ably", "amply", "aptly", "barely", "boldly", "bravely", "briefly", "brightly", "calmly",
    "clearly", "closely", "coolly", "dearly", "deeply", "duly", "eagerly", "easily", "evenly",
    "fairly", "firmly", "fondly", "freely", "gently", "gladly", "grandly", "greatly", "happily",
    "highly", "humbly", "jointly", "justly", "keenly", "kindly", "largely", "lightly", "loosely",
    "loudly", "loyally", "lucidly", "mainly", "merrily", "mildly", "mostly", "neatly", "newly",
    "nicely", "nobly", "openly", "partly", "plainly", "proudly", "quickly", "quietly", "rarely",
    "readily", "safely", "simply", "softly", "solidly", "swiftly", "truly", "vastly", "warmly",
    "wisely",
];

/// What kind, as `brave`.
pub(super) const ADJECTIVES: [&str; 96] = [
    "able", "agile", "alert", "amber", "ample", "apt", "awake", "bold", "brave", "brief", "bright",
    "brisk", "calm", "candid", "clean", "clear", "clever", "cool", "cosy", "crisp", "curious",
    "daring", "deep", "eager", "early", "easy", "exact", "fair", "fast", "fine", "firm", "fit",
    "fleet", "fond", "free", "fresh", "gentle", "giving", "glad", "golden", "good", "grand",
    "great", "happy", "hardy", "humble", "ideal", "jolly", "just", "keen", "kind", "large",
    "lively", "lucid", "lucky", "mellow", "merry", "mild", "modest", "neat", "nimble", "noble",
    "novel", "open", "patient", "plain", "polite", "prime", "proud", "quick", "quiet", "rapid",
    "ready", "robust", "sage", "sharp", "shiny", "silent", "simple", "smart", "smooth", "social",
    "solid", "sound", "steady", "strong", "sunny", "super", "sure", "swift", "tidy", "top", "true",
    "warm", "whole", "wise",
];

/// Animals.
pub(super) const NAMES: [&str; 112] = [
    "adder", "alpaca", "ant", "asp", "auk", "badger", "bass", "bat", "bear", "beaver", "bee",
    "beetle", "bird", "bison", "boar", "bream", "buck", "bull", "camel", "caribou", "carp", "cat",
    "cheetah", "clam", "cobra", "cod", "condor", "cougar", "cow", "coyote", "crab", "crane",
    "cricket", "crow", "deer", "dingo", "dog", "dolphin", "dove", "drake", "duck", "eagle", "eel",
    "egret", "elk", "emu", "falcon", "ferret", "finch", "fish", "flea", "fly", "fox", "frog",
    "gecko", "gibbon", "giraffe", "gnat", "gnu", "goat", "goose", "grouse", "gull", "hare", "hawk",
    "hen", "heron", "horse", "hound", "husky", "ibex", "ibis", "iguana", "impala", "jackal", "jay",
    "kite", "kiwi", "koala", "lark", "lemur", "lion", "lizard", "llama", "lynx", "marlin",
    "marten", "mole", "moose", "moth", "mouse", "mule", "newt", "ocelot", "orca", "oryx", "osprey",
    "otter", "owl", "ox", "panda", "perch", "pika", "pony", "puma", "quail", "rabbit", "raven",
    "robin", "salmon", "seal", "wren",
];
