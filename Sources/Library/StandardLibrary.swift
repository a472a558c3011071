/// The standard library of the language, as text of the language: the files of `net`, embedded.
package enum StandardLibrary {
  /// The text of each module under the name that `use` gives, `std.resnet`.
  package static let modules: [String: String] = [
    "std.blocks": blocks,
    "std.deeplab": deeplab,
    "std.mobilenet": mobilenet,
    "std.pyramid": pyramid,
    "std.resnet": resnet,
    "std.xception": xception,
  ]

  /// The names of the modules in alphabetical order.
  package static let names: [String] = modules.keys.sorted()
}
