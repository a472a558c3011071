import Foundation
import TestSupport
import Testing

#if !DEBUG
  /// Once it is warm, a run asks nothing of the heap. Unoptimized code does.
  struct AllocationTests {
    @Test(arguments: ["avx512", "portable"], [1, 2])
    func runsAllocateNothing(isa: String, threads: Int) throws {
      let folder = try TemporaryDirectory()
      let source = Repository.path("Tests/Allocations/counter.c")
      let counter = "\(folder.path)/counter.so"
      try #require(try shell("clang -shared -fPIC -O1 -o '\(counter)' '\(source)'").code == 0)
      func allocations(runs: Int) throws -> Int? {
        let report = "\(folder.path)/\(runs)"
        let scenes = Repository.path("models/scenes.net")
        let outcome = try shell(
          "ALLOCATIONS='\(report)' LD_PRELOAD='\(counter)' \"$1\" bench '\(scenes)' --at 32x32 "
            + "--isa \(isa) --threads \(threads) --runs \(runs)")
        // Another processor's set is no fault of the run.
        if outcome.code == 2 { return nil }
        try #require(outcome.code == 0, "\(outcome.errors)")
        let text = try String(contentsOf: URL(filePath: report), encoding: .utf8)
        let count: Int = try #require(Int(text.filter(\.isNumber)))
        return count
      }
      guard let few = try allocations(runs: 3), let many = try allocations(runs: 203) else {
        return
      }
      // Sorting and printing the durations may take a few more.
      #expect(many - few < 50, "\(many - few) allocations in 200 runs")
    }
  }
#endif
