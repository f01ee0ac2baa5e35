#pragma once
// What is wrong with the machine at this moment, in a page of memory that whoever started the
// server shares with it: chaos/bed.py writes it, and each read here sees it at once.

#include <atomic>
#include <cstdint>

namespace strongroom::chaos {

enum class DiskFault : std::uint8_t {
  kNone,
  kFull,      // no file gets any longer
  kReadOnly,  // no write works
  kNoSync,    // nothing can be made durable
};

// As chaos/bed.py knows it: the order and sizes are fixed.
struct ControlPage {
  std::atomic<std::int64_t> clock_offset_ms;  // of the calendar; boot time goes on as it does
  std::atomic<DiskFault> state;
  std::atomic<DiskFault> audit;
  std::atomic<DiskFault> journal;
  std::atomic<std::uint8_t> dns_fails;
  // Read once, at the start. Not 0: a power cut. What is not synced does not survive the process,
  // but for sectors that reach the disk before they must, with this chance (of 255).
  std::atomic<std::uint8_t> leak;
  // With a power cut: the journal's disk says that it has what it has not. Chaos must find the
  // loss.
  std::atomic<std::uint8_t> journal_lies;
};
static_assert(sizeof(ControlPage) == 16);

// The page in the file that $CHAOS_PAGE names; one in which nothing is wrong where there is
// none. Safe to call from any thread.
ControlPage& control_page();

}  // namespace strongroom::chaos
