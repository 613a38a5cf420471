# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

# Where things are installed, and the rules for it. Each kind of thing has an install component, of
# which the packages are made: Runtime, Development, QmlModule, Documentation.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

option(AXIOM_INSTALL "Generate the rules of installation" ${PROJECT_IS_TOP_LEVEL})

# Sets a variable that was not set on the command line. Not cached, so that it follows the prefix.
macro(axiom_default variable value)
    if(NOT DEFINED ${variable})
        set(${variable} "${value}")
    endif()
endmacro()

# QML modules; .qch files and folders with an examples-manifest.xml; sources of examples. Beside
# Qt's own where Qt is in the same prefix, which is where the engine and Qt Creator look; else in
# folders that they are told of.
get_filename_component(axiom_prefix "${CMAKE_INSTALL_PREFIX}" ABSOLUTE)
if(QT6_INSTALL_PREFIX STREQUAL axiom_prefix)
    axiom_default(AXIOM_INSTALL_QMLDIR "${QT6_INSTALL_QML}")
    axiom_default(AXIOM_INSTALL_QTDOCDIR "${QT6_INSTALL_DOCS}")
    axiom_default(AXIOM_INSTALL_EXAMPLESDIR "${QT6_INSTALL_EXAMPLES}/axiomstate")
else()
    axiom_default(AXIOM_INSTALL_QMLDIR "${CMAKE_INSTALL_LIBDIR}/qml")
    axiom_default(AXIOM_INSTALL_QTDOCDIR "${CMAKE_INSTALL_DATADIR}/doc/qt6")
    axiom_default(AXIOM_INSTALL_EXAMPLESDIR "${CMAKE_INSTALL_DATADIR}/axiomstate/examples")
endif()
axiom_default(AXIOM_INSTALL_CMAKEDIR "${CMAKE_INSTALL_LIBDIR}/cmake/AxiomState")

# The libraries are found from where the target is installed, wherever that is moved to. Nothing is
# said where the linker looks by itself.
function(axiom_set_install_rpath target destination)
    set(libraries "${CMAKE_INSTALL_FULL_LIBDIR}")
    if(libraries IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES
       OR libraries IN_LIST CMAKE_PLATFORM_IMPLICIT_LINK_DIRECTORIES)
        set_target_properties(${target} PROPERTIES INSTALL_RPATH "")
        return()
    endif()
    get_filename_component(from "${destination}" ABSOLUTE BASE_DIR "${CMAKE_INSTALL_PREFIX}")
    file(RELATIVE_PATH path "${from}" "${libraries}")
    if(APPLE)
        set(origin "@loader_path")
    else()
        set(origin "$ORIGIN")
    endif()
    string(REGEX REPLACE "/$" "" rpath "${origin}/${path}")
    set_target_properties(${target} PROPERTIES INSTALL_RPATH "${rpath}")
endfunction()

# Types that derive from ours are described to QML by way of ours.
function(axiom_install_metatypes target)
    get_target_property(file ${target} INTERFACE_QT_META_TYPES_BUILD_FILE)
    if(NOT file)
        return()
    endif()
    string(TOLOWER "qt6${target}_metatypes.json" name)
    set(destination "${CMAKE_INSTALL_LIBDIR}/metatypes")
    install(FILES "${file}" DESTINATION "${destination}" RENAME "${name}" COMPONENT Development)
    set(consumes "$<BOOL:$<TARGET_PROPERTY:QT_CONSUMES_METATYPES>>")
    if(NOT IS_ABSOLUTE "${destination}")
        string(PREPEND destination "$<INSTALL_PREFIX>/")
    endif()
    target_sources(${target} INTERFACE
        "$<INSTALL_INTERFACE:$<${consumes}:${destination}/${name}>>")
endfunction()

# A source that becomes part of whatever links the target.
function(axiom_link_source target source)
    set(destination "${AXIOM_INSTALL_CMAKEDIR}")
    if(AXIOM_INSTALL)
        install(FILES "${source}" DESTINATION "${destination}" COMPONENT Development)
    endif()
    if(NOT IS_ABSOLUTE "${destination}")
        string(PREPEND destination "$<INSTALL_PREFIX>/")
    endif()
    target_sources(${target} INTERFACE
        "$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/${source}>"
        "$<INSTALL_INTERFACE:${destination}/${source}>")
endfunction()

# The headers below include/AxiomState/<folder>, with their folders, and what stands for them.
function(axiom_install_headers folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;FORWARDING")
    set(root "${CMAKE_INSTALL_INCLUDEDIR}/AxiomState")
    foreach(header IN LISTS arg_HEADERS)
        get_filename_component(directory "${header}" DIRECTORY)
        cmake_path(SET destination NORMALIZE "${root}/${folder}/${directory}")
        string(REGEX REPLACE "/$" "" destination "${destination}")
        install(FILES "${header}" DESTINATION "${destination}" COMPONENT Development)
    endforeach()
    install(FILES ${arg_FORWARDING} DESTINATION "${root}" COMPONENT Development)
endfunction()

# A library, after all of its properties are set: axiom_install_library(AxiomCore).
function(axiom_install_library target)
    if(NOT AXIOM_INSTALL)
        return()
    endif()
    get_target_property(component ${target} EXPORT_NAME)
    axiom_set_install_rpath(${target} "${CMAKE_INSTALL_LIBDIR}")
    axiom_install_metatypes(${target})
    install(TARGETS ${target} ${ARGN} EXPORT AxiomState${component}
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT Runtime
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT Runtime
            NAMELINK_COMPONENT Development
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT Development
        OBJECTS DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT Development)
    install(EXPORT AxiomState${component}
        FILE AxiomState${component}Targets.cmake
        NAMESPACE AxiomState::
        DESTINATION "${AXIOM_INSTALL_CMAKEDIR}"
        COMPONENT Development)
endfunction()

# A library that is a QML module as well; the further arguments are the OUTPUT_TARGETS of
# qt_add_qml_module(). Static ones bring their plugin with them: who links the library can import
# the module, as with a shared one.
function(axiom_install_qml_module target)
    get_target_property(plugin ${target} QT_QML_MODULE_PLUGIN_TARGET)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "STATIC_LIBRARY")
        target_link_libraries(${target} INTERFACE ${plugin})
    endif()
    if(NOT AXIOM_INSTALL)
        return()
    endif()

    get_target_property(path ${target} QT_QML_MODULE_TARGET_PATH)
    get_target_property(output ${target} QT_QML_MODULE_OUTPUT_DIRECTORY)
    get_target_property(types ${target} QT_QML_MODULE_PLUGIN_TYPES_FILE)
    get_target_property(files ${target} QT_QML_MODULE_QML_FILES)
    set(destination "${AXIOM_INSTALL_QMLDIR}/${path}")
    install(FILES "${output}/qmldir" "${types}" DESTINATION "${destination}" COMPONENT QmlModule)
    # The engine has them from the library; qmllint and Qt Creator look for them here.
    if(files)
        install(FILES ${files} DESTINATION "${destination}" COMPONENT QmlModule)
    endif()

    if(type STREQUAL "STATIC_LIBRARY")
        axiom_install_library(${target} ${plugin} ${ARGN})
        return()
    endif()
    axiom_install_library(${target})
    axiom_set_install_rpath(${plugin} "${destination}")
    install(TARGETS ${plugin}
        RUNTIME DESTINATION "${destination}" COMPONENT QmlModule
        LIBRARY DESTINATION "${destination}" COMPONENT QmlModule)
endfunction()

# The CMake package, and Core for pkg-config.
function(axiom_install_package)
    if(NOT AXIOM_INSTALL)
        return()
    endif()
    set(components Core Test)
    if(AXIOM_BUILD_QUICK)
        list(APPEND components Quick Inspector)
    endif()
    set(template "${PROJECT_SOURCE_DIR}/resources/cmake")
    set(output "${PROJECT_BINARY_DIR}/package")

    configure_package_config_file("${template}/AxiomStateConfig.cmake.in"
        "${output}/AxiomStateConfig.cmake"
        INSTALL_DESTINATION "${AXIOM_INSTALL_CMAKEDIR}"
        PATH_VARS AXIOM_INSTALL_QMLDIR)
    write_basic_package_version_file("${output}/AxiomStateConfigVersion.cmake"
        COMPATIBILITY SameMinorVersion)
    install(FILES
            "${output}/AxiomStateConfig.cmake"
            "${output}/AxiomStateConfigVersion.cmake"
            "${template}/AxiomZstd.cmake"
        DESTINATION "${AXIOM_INSTALL_CMAKEDIR}"
        COMPONENT Development)

    file(RELATIVE_PATH prefix
        "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
    string(REGEX REPLACE "/$" "" prefix "${prefix}")
    # Some systems have each kind of thing in a place of its own.
    set(libdir "${CMAKE_INSTALL_LIBDIR}")
    set(includedir "${CMAKE_INSTALL_INCLUDEDIR}")
    foreach(place IN ITEMS libdir includedir)
        if(NOT IS_ABSOLUTE "${${place}}")
            string(PREPEND ${place} "\${prefix}/")
        endif()
    endforeach()
    get_target_property(definitions AxiomCore INTERFACE_COMPILE_DEFINITIONS)
    if(NOT definitions)
        set(definitions "")
    endif()
    list(TRANSFORM definitions PREPEND "-D")
    list(JOIN definitions " " definitions)
    # A shared library brings its own.
    set(zstd "")
    if(NOT BUILD_SHARED_LIBS)
        set(zstd "Requires.private: libzstd >= 1.4")
    endif()
    configure_file("${template}/AxiomStateCore.pc.in" "${output}/AxiomStateCore.pc" @ONLY)
    install(FILES "${output}/AxiomStateCore.pc"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
        COMPONENT Development)
endfunction()
