#include "app/descriptor_limit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace strongroom::app {
namespace {

TEST(DescriptorLimit, LeavesDescriptorsForWhatIsNoConnection) {
  EXPECT_EQ(connections_within(10'000, 1'000'000), 10'000U);
  EXPECT_EQ(connections_within(10'000, 10'256), 10'000U);
  EXPECT_EQ(connections_within(10'000, 10'255), 9'999U);
  EXPECT_EQ(connections_within(10'000, 1024), 768U);
  EXPECT_EQ(connections_within(10'000, 64), 32U);
  EXPECT_EQ(connections_within(10'000, 0), 1U);
}

TEST(DescriptorLimit, IsRaisedAsFarAsItGoes) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 128;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(descriptor_limit(), 128U);
  raise_descriptor_limit();
  EXPECT_EQ(descriptor_limit(), before.rlim_max);
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace strongroom::app
