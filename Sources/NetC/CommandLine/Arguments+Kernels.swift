import Kernels

extension CommandOption {
  package static let threads = CommandOption(
    "threads", .integer(1...1024), "how many threads compute: one for each core")
  package static let isa = CommandOption(
    "isa", .word(VectorISA.allCases.map(\.rawValue)),
    "what kernels are written for: the best of the processor")
  package static let reference = CommandOption(
    "reference", .flag, "run every layer by its definition, in double sums")
}

extension Arguments {
  /// What `--threads` asks for, or one for each core.
  package var threads: Int { integer(.threads) ?? Processor.current().cores }

  /// The definitions alone for `--reference`, else the kernels of `--isa`.
  package var kernels: KernelCatalogue {
    get throws { has(.reference) ? .definitions : KernelCatalogue(try instructionSet) }
  }

  /// What `--isa` asks for, or the best of this processor.
  package var instructionSet: VectorISA {
    get throws {
      guard let word = text(.isa), let isa = VectorISA(rawValue: word) else { return .best }
      guard isa.isSupported else {
        throw UsageError("this processor has no \(word); `netc doctor` lists what it has")
      }
      return isa
    }
  }
}
