import Runtime
import Testing

@Test func budgetIsTheTightestLimit() {
  func budget(_ files: [String: String]) -> Int { MachineMemory.budget { files[$0] } }
  let free = ["/proc/meminfo": "MemTotal:  900 kB\nMemAvailable:     500 kB\nCached: 3 kB\n"]
  #expect(budget(free) == 500 * 1024 / 5 * 4)
  #expect(budget([:]) == .max / 5 * 4)
  let second = free.merging(
    [
      "/proc/self/cgroup": "0::/user/session:1\n",
      "/sys/fs/cgroup/user/session:1/memory.max": "max\n",
      "/sys/fs/cgroup/user/memory.max": "1000\n",
    ], uniquingKeysWith: { $1 })
  #expect(budget(second) == 800)
  let first = free.merging(
    [
      "/proc/self/cgroup": "3:cpu:/x\n5:hugetlb,memory:/job\n",
      "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "2000\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    ], uniquingKeysWith: { $1 })
  #expect(budget(first) == 1600)
  #expect(budget(["/proc/meminfo": "MemAvailable:\n", "/proc/self/cgroup": "::\n0\n"]) > 0)
  #expect(MachineMemory.budget() > 1 << 20)
  #expect(MachineMemory.budget() < 1 << 50)
}
