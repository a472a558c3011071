import Kernels

extension CommandOption {
  package static let threads = CommandOption(
    "threads", .integer(1...1024), "how many threads compute: one for each core")
  package static let isa = CommandOption(
    "isa", .word(VectorISA.allCases.map(\.rawValue)),
    "what kernels are written for: the best of the processor")
  package static let winograd = CommandOption(
    "winograd", .word(["auto", "off"]),
    "fewer products for 3x3 and large 1x1 layers: auto, where faster")
  package static let precision = CommandOption(
    "precision", .word(Precision.allCases.map(\.rawValue)),
    "in what maps lie and are multiplied: fp32")
  package static let reference = CommandOption(
    "reference", .flag, "run every layer by its definition, in double sums")
}

extension Arguments {
  /// What `--threads` asks for, or one for each core.
  package var threads: Int { integer(.threads) ?? Processor.current().cores }

  /// The definitions alone for `--reference`, else the kernels that `--isa`, `--winograd` and
  /// `--precision` ask for.
  package var kernels: KernelCatalogue {
    get throws {
      let isa = try instructionSet
      let precision = text(.precision).flatMap { Precision(rawValue: $0) } ?? .fp32
      if let reason = precision.refusal(isa) {
        throw UsageError("`--precision \(precision)` cannot run: \(reason)")
      }
      if has(.reference) {
        guard precision == .fp32 else {
          throw UsageError("`--reference` computes in double sums, not in \(precision)")
        }
        return .definitions
      }
      return KernelCatalogue(isa, winograd: text(.winograd) != "off", precision: precision)
    }
  }

  /// Why the portable kernels run where nothing was asked for; nil where they do not, or the
  /// processor has no others.
  package func fallbackNote(_ refusal: String? = VectorISA.codeRefusal) -> String? {
    guard let refusal, text(.isa) == nil, !has(.reference),
      VectorISA.allCases.contains(where: { $0.isSupported && $0.isGenerated })
    else { return nil }
    return "\(refusal), so the portable kernels run, which are slower"
  }

  /// What `--isa` asks for, or the best of this processor.
  package var instructionSet: VectorISA {
    get throws {
      guard let word = text(.isa), let isa = VectorISA(rawValue: word) else { return .best }
      guard isa.isSupported else {
        throw UsageError("this processor has no \(word); `netc doctor` lists what it has")
      }
      if isa.isGenerated, let reason = VectorISA.codeRefusal {
        throw UsageError("`--isa \(word)` cannot run: \(reason)", help: "write `--isa portable`")
      }
      return isa
    }
  }
}
