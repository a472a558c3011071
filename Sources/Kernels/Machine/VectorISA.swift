import X86

/// An instruction set that kernels are generated for.
package enum VectorISA: String, CaseIterable, Hashable, Sendable {
  case avx512, avx2

  /// The best that the processor has and the system lets programs use; nil where there is none.
  package static let best: VectorISA? = allCases.first { $0.isSupported }

  package var isSupported: Bool {
    let features = ProcessorFeatures.current
    return switch self {
    case .avx512: features.contains([.avx512, .fma])
    case .avx2: features.contains([.avx2, .fma])
    }
  }

  var width: VectorWidth { self == .avx512 ? .bits512 : .bits256 }
  /// Floats in a vector: the channels of a block.
  package var lanes: Int { width.byteCount / MemoryLayout<Float>.stride }
  var registerCount: Int { self == .avx512 ? 32 : 16 }
  /// Whether an instruction can repeat one float of memory in every lane.
  var broadcastsOperands: Bool { self == .avx512 }
}
