# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

# Debian packages, one an install component; `./dev package` makes them of the preset package.

if(NOT AXIOM_INSTALL OR NOT PROJECT_IS_TOP_LEVEL)
    return()
endif()

set(AXIOM_DOCS_DIR "" CACHE PATH "Built documentation to install, with html and axiomstate.qch")
if(AXIOM_DOCS_DIR)
    install(DIRECTORY "${AXIOM_DOCS_DIR}/html/"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/libaxiomstate-doc/html"
        COMPONENT Documentation)
    install(FILES "${AXIOM_DOCS_DIR}/axiomstate.qch"
        DESTINATION "${AXIOM_INSTALL_QTDOCDIR}"
        COMPONENT Documentation OPTIONAL)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "The AxiomState authors")
set(CPACK_PACKAGE_CONTACT "The AxiomState authors <authors@axiomstate.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL Runtime QmlModule Development Documentation)
if(NOT AXIOM_DOCS_DIR)
    list(REMOVE_ITEM CPACK_COMPONENTS_ALL Documentation)
endif()
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SOURCE axiomstate)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}")
set(axiom_same_version "(= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")

#   axiom_add_package(<component> <name> <section> <text> [DEPENDS ...] [SHLIBDEPS])
macro(axiom_add_package component name section text)
    cmake_parse_arguments(axiom "SHLIBDEPS" "" "DEPENDS" ${ARGN})
    string(TOUPPER "${component}" axiom_upper)
    list(JOIN axiom_DEPENDS ", " axiom_DEPENDS)
    set(CPACK_DEBIAN_${axiom_upper}_PACKAGE_NAME "${name}")
    set(CPACK_DEBIAN_${axiom_upper}_PACKAGE_SECTION "${section}")
    set(CPACK_DEBIAN_${axiom_upper}_PACKAGE_DEPENDS "${axiom_DEPENDS}")
    set(CPACK_DEBIAN_${axiom_upper}_PACKAGE_SHLIBDEPS ${axiom_SHLIBDEPS})
    set(CPACK_DEBIAN_${axiom_upper}_DESCRIPTION "${axiom_text}\n.\n${text}")
    foreach(axiom_file IN ITEMS copyright changelog.Debian.gz)
        install(FILES "${PROJECT_BINARY_DIR}/package/${axiom_file}"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${name}"
            COMPONENT ${component} EXCLUDE_FROM_ALL)
    endforeach()
endmacro()

string(JOIN "\n" axiom_text
    "AxiomState holds the state of a Qt application as plain C++ structs,"
    "copy-on-write from end to end, and binds them to QML: fields as properties,"
    "collections as item models. A change announces exactly what changed.")
axiom_add_package(Runtime libaxiomstate0.1 libs
    "This package holds the shared libraries." SHLIBDEPS)
axiom_add_package(QmlModule qml6-module-axiom-state libs
    "This package holds the QML modules Axiom.State and\nAxiom.State.Inspector."
    SHLIBDEPS
    DEPENDS "libaxiomstate0.1 ${axiom_same_version}"
        qml6-module-qtqml qml6-module-qtqml-models qml6-module-qtqml-workerscript
        qml6-module-qtquick
        qml6-module-qtquick-layouts qml6-module-qtquick-shapes qml6-module-qtquick-templates
        qml6-module-qtquick-window)
axiom_add_package(Development libaxiomstate-dev libdevel
    "This package holds the headers, the CMake package and the description\nfor pkg-config."
    DEPENDS "libaxiomstate0.1 ${axiom_same_version}" "qml6-module-axiom-state ${axiom_same_version}"
        "qt6-base-dev (>= 6.4)" "qt6-declarative-dev (>= 6.4)")
axiom_add_package(Documentation libaxiomstate-doc doc
    "This package holds the documentation as HTML and for Qt Assistant, and\nthe examples that Qt Creator lists.")
set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_SUGGESTS
    "libaxiomstate-dev, qml6-module-qtquick-controls")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/resources/package/triggers")

install(FILES "${PROJECT_SOURCE_DIR}/resources/package/libaxiomstate0.1.overrides"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/lintian/overrides" RENAME libaxiomstate0.1
    COMPONENT Runtime EXCLUDE_FROM_ALL)

# Of SOURCE_DATE_EPOCH where that is set.
string(TIMESTAMP axiom_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file("${PROJECT_SOURCE_DIR}/resources/package/changelog.in"
    "${PROJECT_BINARY_DIR}/package/changelog.Debian" @ONLY)
configure_file("${PROJECT_SOURCE_DIR}/resources/package/copyright"
    "${PROJECT_BINARY_DIR}/package/copyright" COPYONLY)
# The time is left out, so that the same sources make the same package.
execute_process(COMMAND gzip -9nkf "${PROJECT_BINARY_DIR}/package/changelog.Debian" ERROR_QUIET)

include(CPack)
