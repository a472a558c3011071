import Foundation
import Testing

@testable import X86

#if arch(x86_64)
  /// Code that runs, and what the system shows of its pages.
  struct ExecutableMemoryTests {
    /// arguments[0] = sum of 1 … arguments[0], by a loop.
    static var sumOfNumbers: Assembler {
      var assembler = Assembler()
      let frame = Frame(writing: [.rax, .rbx, .rdi])
      assembler.enter(frame)
      assembler.load(.rbx, .based(.rdi))
      assembler.move(.rax, 0)
      let (top, end) = (assembler.label(), assembler.label())
      assembler.bind(top)
      assembler.apply(.cmp, .rbx, 0)
      assembler.jump(.equal, to: end)
      assembler.apply(.add, .rax, .rbx)
      assembler.apply(.sub, .rbx, 1)
      assembler.jump(to: top)
      assembler.bind(end)
      assembler.store(.based(.rdi), .rax)
      assembler.leave(frame)
      return assembler
    }

    @Test(arguments: ExecutableMemory.Way.allCases)
    func aLoopRuns(way: ExecutableMemory.Way) throws {
      let memory = try ExecutableMemory(Self.sumOfNumbers.code(), ways: [way])
      var argument = 1000
      unsafe withUnsafeMutableBytes(of: &argument) { unsafe memory.call($0.baseAddress!) }
      #expect(argument == 500_500)
    }

    @Test func constantsAreReached() throws {
      var assembler = Assembler()
      let numbers = assembler.label()
      assembler.vector(.vmovups, VectorRegister(0), .memory(.label(numbers)), width: .bits128)
      assembler.vector(
        .vshufps, VectorRegister(1), VectorRegister(0), .memory(.label(numbers)), width: .bits128,
        immediate: 0b00_01_10_11)
      assembler.store(.vmovupsStore, .memory(.based(.rdi)), VectorRegister(1), width: .bits128)
      assembler.emit(.ret)
      assembler.align(16)
      assembler.bind(numbers)
      assembler.constants([1, 2, 3, 4].map { Float($0).bitPattern })
      let memory = try ExecutableMemory(assembler.code())
      var result = [Float](repeating: 0, count: 4)
      unsafe result.withUnsafeMutableBytes { unsafe memory.call($0.baseAddress!) }
      #expect(result == [4, 3, 2, 1])
    }

    @Test func noPageIsWritableAndExecutable() throws {
      let first = try ExecutableMemory(Self.sumOfNumbers.code(), ways: [.anonymousPages])
      let second = try ExecutableMemory(Self.sumOfNumbers.code(), ways: [.memoryFile])
      let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
      let rights = maps.split(separator: "\n").compactMap { line in
        line.split(separator: " ").dropFirst().first
      }
      #expect(rights.contains { $0.hasPrefix("r-x") })
      #expect(!rights.contains { $0.contains("w") && $0.contains("x") })
      #expect(first.count == second.count)
    }

    @Test func aRefusalSaysWhy() {
      #expect(throws: ExecutableMemory.Refusal(errorNumber: ENOTSUP)) {
        _ = try ExecutableMemory([0xC3], ways: []).count
      }
    }

    @Test func theListingHasLabels() {
      var assembler = Assembler(isListed: true)
      let top = assembler.here()
      assembler.jump(.less, to: top)
      assembler.emit(.ret)
      #expect(assembler.text == "L0:\n  jl L0\n  ret\n")
    }
  }

  struct ProcessorFeaturesTests {
    /// CPUID against the flags that the system found.
    @Test func theSystemAgrees() throws {
      let information = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let line = try #require(information.split(separator: "\n").first { $0.hasPrefix("flags") })
      let flags = Set(line.split(separator: " ").map(String.init))
      let current = ProcessorFeatures.current
      #expect(current.contains(.avx) == flags.contains("avx"))
      #expect(current.contains(.fma) == flags.contains("fma"))
      #expect(current.contains(.avx2) == flags.contains("avx2"))
      let parts = ["avx512f", "avx512dq", "avx512bw", "avx512vl"]
      #expect(current.contains(.avx512) == flags.isSuperset(of: parts))
      #expect(current.contains(.avx512BF16) == flags.contains("avx512_bf16"))
    }

    /// A processor may have what the system does not save.
    @Test func whatTheSystemDoesNotSaveIsNotThere() {
      let all = ProcessorQuestions.Registers(eax: .max, ebx: .max, ecx: .max, edx: .max)
      func features(_ enabled: UInt64) -> ProcessorFeatures {
        ProcessorFeatures(leaf1: all, leaf7: all, leaf7Sub1: all, enabled: enabled)
      }
      #expect(features(0b1110_0111) == [.avx, .fma, .avx2, .avx512, .avx512BF16])
      #expect(features(0b0111) == [.avx, .fma, .avx2])
      #expect(features(0b0011) == [])
    }
  }
#endif
