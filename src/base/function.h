#pragma once
// UniqueFunction: std::function for callables that own what cannot be copied, such as a Secret.
// (std::move_only_function is C++23.)

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace strongroom {

template <class Signature>
class UniqueFunction;

// Holds one callable on the heap. Moving is a pointer swap. Calling an empty one ends the process.
// Not thread-safe by itself.
template <class R, class... Args>
class UniqueFunction<R(Args...)> {
 public:
  UniqueFunction() = default;
  template <class F>
  requires(!std::is_same_v<std::decay_t<F>, UniqueFunction> &&
           std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
      // Implicit so that a lambda can be passed as it is; `requires` keeps copies and moves out.
      // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload)
      UniqueFunction(F&& f)
      : target_(std::make_unique<Target<std::decay_t<F>>>(std::forward<F>(f))) {}

  explicit operator bool() const { return target_ != nullptr; }
  R operator()(Args... args) { return target_->call(std::forward<Args>(args)...); }

 private:
  struct Callable {
    virtual ~Callable() = default;
    virtual R call(Args... args) = 0;
  };
  template <class F>
  struct Target final : Callable {
    explicit Target(F f) : function(std::move(f)) {}
    R call(Args... args) override { return function(std::forward<Args>(args)...); }
    F function;
  };

  std::unique_ptr<Callable> target_;
};

using Task = UniqueFunction<void()>;

// Somewhere a Task can be handed to: a worker pool, an event loop, or, in a test, a queue. Answers
// false, with the Task dropped, when it is full or stopping. Each can be called from any thread, by
// several at once.
using Executor = std::function<bool(Task)>;

}  // namespace strongroom
