import IR
import Source
import Tensors

extension OpCall {
  /// Where a pool looks: `global`, `adaptive=6x6`, or a window (stride = kernel, no pad, floor).
  func region() throws(Diagnostic) -> PoolingSpec.Region {
    if let bins = size("adaptive") {
      if arguments["kernel"] != nil { throw .badPool(self) }
      return .adaptive(bins)
    }
    switch arguments["kernel"]?.constant {
    case .word("global")?: return .global
    case .int?, .size?: break
    default: throw .badPool(self)
    }
    guard let kernel = size("kernel"), (1...Int(Int32.max)).contains(kernel.height),
      (1...Int(Int32.max)).contains(kernel.width)
    else { throw .badPool(self) }
    let stride = size("stride") ?? kernel
    let padding = try self.padding("pad") ?? (convention == .tf && stride != .one ? .sameTF : .none)
    return .window(
      kernel: kernel, stride: stride, rate: size("rate") ?? .one, padding: padding,
      ceilMode: bool("ceil_mode") ?? (convention == .caffe))
  }
}

extension Diagnostic {
  fileprivate static func badPool(_ call: OpCall) -> Diagnostic {
    Diagnostic(
      .missingArgument, "`\(call.origin.op)` needs a kernel, `global` or `adaptive=`",
      at: call.origin.span,
      help: """
        write `\(call.origin.op) 3x3 stride=2 pad=1`, `\(call.origin.op) global` or \
        `\(call.origin.op) adaptive=6`
        """)
  }
}
