import Tensors
import X86

/// What kernels are made for: an instruction set that code is generated for, or Swift's own vectors.
package enum VectorISA: String, CaseIterable, Hashable, Sendable {
  case avx512, avx2, portable

  /// The best that the processor has and the system lets programs use.
  package static let best = best(whereCodeIsRefused: codeRefusal != nil)

  /// The same on a host that gives executable memory, or does not.
  static func best(whereCodeIsRefused isRefused: Bool) -> VectorISA {
    allCases.first { $0.isSupported && !(isRefused && $0.isGenerated) } ?? .portable
  }

  /// Why generated code cannot run here; nil where it can.
  package static let codeRefusal: String? = {
    var assembler = Assembler()
    assembler.emit(.ret)
    do throws(ExecutableMemory.Refusal) {
      _ = try ExecutableMemory(assembler.code())
      return nil
    } catch {
      return error.description
    }
  }()

  package var isSupported: Bool {
    let features = ProcessorFeatures.current
    return switch self {
    case .avx512: features.contains([.avx512, .fma])
    case .avx2: features.contains([.avx2, .fma])
    case .portable: true
    }
  }

  /// Whether kernels are machine code.
  package var isGenerated: Bool { self != .portable }
  /// Floats in a vector: the channels of a block.
  package var lanes: Int { self == .avx512 ? 16 : 8 }
  /// The layout of maps inside a plan.
  package var layout: Layout { .blocked(lanes) }
  /// Of generated code.
  var width: VectorWidth { self == .avx512 ? .bits512 : .bits256 }
  var registerCount: Int { self == .avx512 ? 32 : 16 }
  /// Whether an instruction can repeat one float of memory in every lane.
  var broadcastsOperands: Bool { self == .avx512 }
}
