#pragma once
// Reads what the database has at the start.

#include "base/result.h"
#include "vault/context.h"
#include "vault/row_sets.h"

namespace strongroom::app {

// Fills the index of `context`, and compares the rows that carry a MAC with those that there should
// be. With a million clients this takes seconds, so two threads share it. Nobody may be served, and
// no row that has a MAC be changed, before it has returned. Blocks. Errors: kCorrupt, as
// RowSets::open() and vault::IndexLoader; kUnavailable (storage).
Status load_rows(vault::Context& context, vault::RowSets& row_sets);

}  // namespace strongroom::app
