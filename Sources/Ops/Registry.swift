import IR

/// Every op of the language, one line each.
package enum Registry {
  package static let all: [any Op.Type] = [
    Convolution.self,
    TransposedConvolution.self,
    Dense.self,
    BatchNormalization.self,
    ReLU.self,
    ReLU6.self,
    LeakyReLU.self,
    SiLU.self,
    Sigmoid.self,
    Hardsigmoid.self,
    Hardswish.self,
    Tanh.self,
    Square.self,
    Power.self,
    MaxPooling.self,
    AveragePooling.self,
    StochasticPooling.self,
    SpatialPyramidPooling.self,
    WindowPyramidPooling.self,
    Attention.self,
    Concatenation.self,
    Addition.self,
    Multiplication.self,
    Maximum.self,
    Resize.self,
    Crop.self,
    Pad.self,
    Dropout.self,
    Identity.self,
    Flatten.self,
    Softmax.self,
    Argmax.self,
    LocalResponseNormalization.self,
  ]

  private static let byName = Dictionary(
    uniqueKeysWithValues: all.map { ($0.signature.op, $0) })

  package static let names = all.map { $0.signature.op }

  /// Ops that may stand where an activation is asked for.
  package static let activations = all.filter { $0.signature.isActivation }.map { $0.signature.op }

  package static func find(_ name: String) -> (any Op.Type)? { byName[name] }
}
