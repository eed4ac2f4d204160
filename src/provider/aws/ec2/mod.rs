//! EC2: the zones of a region. One call needs no client of its own: it is put together here.

pub mod availability_zones;
mod call;
