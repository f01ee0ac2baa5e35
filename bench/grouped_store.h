#pragma once
// What would be transactions of their own share one: filling a data directory would take hours
// else.

#include <utility>

#include "base/function.h"
#include "base/result.h"
#include "storage/store.h"

namespace strongroom {

// Runs many transactions as one: work that is given to it inside together() finds that one.
class GroupedStore final : public storage::Store {
 public:
  explicit GroupedStore(storage::Store& store) : store_(store) {}

  Status together(UniqueFunction<Status()> work) {
    return store_.write([&](storage::Transaction& tx) {
      tx_ = &tx;
      Status outcome = work();
      tx_ = nullptr;
      return outcome;
    });
  }

  Status read(UniqueFunction<Status(storage::Snapshot&)> work) override {
    return tx_ != nullptr ? work(*tx_) : store_.read(std::move(work));
  }
  Status write(UniqueFunction<Status(storage::Transaction&)> work) override {
    return tx_ != nullptr ? work(*tx_) : store_.write(std::move(work));
  }
  bool writable() const override { return store_.writable(); }

 private:
  storage::Store& store_;
  storage::Transaction* tx_ = nullptr;
};

}  // namespace strongroom
