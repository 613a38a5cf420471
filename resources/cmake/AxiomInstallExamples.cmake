# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

# The examples where Qt Creator looks for them: their sources, and among Qt's documentation the
# manifest and the help with its pages and images, when `./dev docs` has made these.

if(NOT AXIOM_INSTALL OR NOT PROJECT_IS_TOP_LEVEL)
    return()
endif()

# The manifest names a project by its place below QT_INSTALL_EXAMPLES.
set(axiom_examples "${AXIOM_INSTALL_EXAMPLESDIR}")
if(NOT axiom_examples MATCHES "/axiomstate$")
    string(APPEND axiom_examples "/axiomstate")
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples/"
    DESTINATION "${axiom_examples}"
    COMPONENT Documentation
    REGEX "/examples/CMakeLists\\.txt$" EXCLUDE
    REGEX "/examples/[a-z]+/doc$" EXCLUDE
    PATTERN "generate.py" EXCLUDE
    PATTERN "build*" EXCLUDE # Qt Creator builds there
    PATTERN "*.user*" EXCLUDE)

if(AXIOM_DOCS_DIR)
    set(axiom_docs "${AXIOM_DOCS_DIR}")
else()
    set(axiom_docs "${PROJECT_SOURCE_DIR}/build/docs")
endif()
install(FILES "${axiom_docs}/html/examples-manifest.xml"
    DESTINATION "${AXIOM_INSTALL_QTDOCDIR}/axiomstate"
    COMPONENT Documentation OPTIONAL)
install(FILES "${axiom_docs}/axiomstate.qch"
    DESTINATION "${AXIOM_INSTALL_QTDOCDIR}"
    COMPONENT Documentation OPTIONAL)
