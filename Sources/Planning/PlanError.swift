import IR
import Tensors

/// Why a network cannot be planned at some sizes.
package enum PlanError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The network is not defined at these sizes.
  case inadmissible(Sizes)
  case unknownOutput(String, known: [String])
  /// More memory than there is; nil bytes are more than a machine can address.
  case tooLarge(bytes: Int?, limit: Int)
  /// Windows lie in one image, and the batch has more.
  case windowsOfBatch(Int)
  /// The node of this value does not take the shapes that the checks promised.
  case call(SpecError, node: ValueID)

  package var description: String {
    switch self {
    case .inadmissible(let sizes):
      return "the network does not admit \(sizes.text)"
    case .unknownOutput(let name, let known):
      return "no output `\(name)`, the outputs are \(known.joined(separator: ", "))"
    case .tooLarge(let bytes, let limit):
      let needed = bytes.map { "\($0) bytes" } ?? "more bytes than can be addressed"
      return "the plan needs \(needed), the limit is \(limit)"
    case .windowsOfBatch(let batch):
      return "windows lie in one image, the batch has \(batch)"
    case .call(let error, let node):
      return "value \(node.index) cannot be computed: \(error)"
    }
  }
}

extension Sizes {
  /// `512x512, batch 1`
  var text: String {
    "\(height)x\(width), batch \(batch)" + (windows == 1 ? "" : ", windows \(windows)")
  }
}
