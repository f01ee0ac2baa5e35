#pragma once
// Guarded<T>: a T that can only be reached with its lock held.

#include <mutex>
#include <utility>

namespace strongroom {

// guarded.lock()->push_back(x);          -- locked for this statement
// auto items = guarded.lock(); ...       -- locked while `items` lives
template <class T>
class Guarded {
 public:
  class Access {
   public:
    explicit Access(Guarded& owner) : lock_(owner.mutex_), value_(owner.value_) {}
    T* operator->() const { return &value_; }
    T& operator*() const { return value_; }
    std::unique_lock<std::mutex>& mutex_lock() { return lock_; }  // for std::condition_variable

   private:
    std::unique_lock<std::mutex> lock_;
    T& value_;
  };

  template <class... Args>
  explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

  Access lock() { return Access(*this); }

 private:
  std::mutex mutex_;
  T value_;
};

}  // namespace strongroom
