#include "base/function.h"

#include <memory>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom {
namespace {

static_assert(!std::is_copy_constructible_v<Task>);
static_assert(std::is_nothrow_move_constructible_v<Task>);
static_assert(!std::is_constructible_v<UniqueFunction<int()>, void (*)()>);

TEST(UniqueFunction, OwnsWhatCannotBeCopied) {
  UniqueFunction<int(int)> add = [n = std::make_unique<int>(40)](int m) { return *n + m; };
  EXPECT_EQ(add(2), 42);
  UniqueFunction<int(int)> moved = std::move(add);
  EXPECT_EQ(moved(3), 43);
  EXPECT_FALSE(add);  // NOLINT: that a moved-from one is empty is the point
}

TEST(UniqueFunction, DropsWhatItOwnsWhenItGoesOrIsReplaced) {
  const auto token = std::make_shared<int>(1);
  {
    Task task = [token] {};
    EXPECT_EQ(token.use_count(), 2);
    task = [] {};
    EXPECT_EQ(token.use_count(), 1);
    task = [token] {};
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(UniqueFunction, IsEmptyUntilItIsGivenACallable) {
  Task task;
  EXPECT_FALSE(task);
  bool called = false;
  task = [&] { called = true; };
  ASSERT_TRUE(task);
  task();
  EXPECT_TRUE(called);
}

TEST(UniqueFunction, PassesArgumentsOnWithoutCopies) {
  UniqueFunction<int(std::unique_ptr<int>)> take = [](std::unique_ptr<int> p) { return *p; };
  EXPECT_EQ(take(std::make_unique<int>(7)), 7);
  UniqueFunction<void(int&)> change = [](int& n) { n = 9; };
  int number = 0;
  change(number);
  EXPECT_EQ(number, 9);
}

TEST(UniqueFunction, KeepsItsStateFromCallToCall) {
  UniqueFunction<int()> counter = [n = 0]() mutable { return ++n; };
  counter();
  EXPECT_EQ(counter(), 2);
}

TEST(Executor, MayBeAQueueThatATestEmpties) {
  std::vector<Task> queue;
  Executor executor = [&](Task task) {
    if (queue.size() == 1) return false;
    queue.push_back(std::move(task));
    return true;
  };
  int ran = 0;
  EXPECT_TRUE(executor([&] { ++ran; }));
  EXPECT_FALSE(executor([&] { ++ran; }));
  for (Task& task : queue) task();
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace strongroom
