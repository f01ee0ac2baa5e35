#pragma once
// OpenSSL contexts that already hold a key, kept with that key.
//
// Setting a key up costs as much as using it on a kilobyte. Contexts kept per thread would outlive
// their key; these go, wiped by OpenSSL, when the key does.

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace strongroom::crypto {

// Safe to use from any thread. There are never more contexts than threads that used the key at
// once.
template <class Context, void (*kFree)(Context*)>
class ContextPool {
  struct Free {
    void operator()(Context* context) const { kFree(context); }
  };

 public:
  using Owned = std::unique_ptr<Context, Free>;

  // A context on loan; it goes back when the Lease dies.
  class Lease {
   public:
    Lease(ContextPool& pool, Owned context) : pool_(pool), context_(std::move(context)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.give_back(std::move(context_)); }
    Context* get() const { return context_.get(); }

   private:
    ContextPool& pool_;
    Owned context_;
  };

  // An idle context, or what `make` makes.
  template <class Make>
  Lease take(const Make& make) {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Owned context = std::move(idle_.back());
        idle_.pop_back();
        return Lease(*this, std::move(context));
      }
    }
    return Lease(*this, Owned(make()));
  }

 private:
  void give_back(Owned context) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(context));
  }

  std::mutex mutex_;
  std::vector<Owned> idle_;
};

}  // namespace strongroom::crypto
